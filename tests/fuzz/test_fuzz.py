"""Every boundary under generated inputs, and under all inputs that once made it fail.

The inputs are the same in every run. `python -m tests.fuzz.guided` looks for new ones.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.running import CORPUS, MEMORY_MIB, attempt, bounded_memory, kept, resident_mib
from tests.fuzz.targets import TARGETS

EXAMPLES = {"rubric": 60, "report": 60, "program": 100, "examination": 100}
OTHERWISE = 250
LONGEST = 300  # bytes; the coverage-guided runs go further
REPEATED = 6000
GROWTH_MIB = 16
CHEAPEST = ("value", "frame", "text", "reply", "loan")

# A deadline on the wall clock would make a busy machine fail; `attempt` has one on CPU time.
DETERMINISTIC = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)


LINUX = Path("/proc/self/statm").exists()


@pytest.fixture(autouse=True, scope="module")
def _bounded_memory():
    if LINUX:
        with bounded_memory(MEMORY_MIB):
            yield
    else:
        yield


@st.composite
def inputs(draw, begin):
    """Any bytes, or one of a target's own inputs with a few bytes changed or cut."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=LONGEST))
    data = bytearray(draw(st.sampled_from(begin)))
    for _ in range(draw(st.integers(0, 4)) if data else 0):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 0 else data)


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_raises_what_is_not_documented_or_takes_long(name):
    target = TARGETS[name]

    @settings(DETERMINISTIC, max_examples=EXAMPLES.get(name, OTHERWISE))
    @given(inputs(target.begin()))
    def holds(data):
        attempt(target.run, data)

    holds()


@pytest.mark.parametrize(
    ("name", "path"),
    [pytest.param(name, path, id=f"{name}/{path.stem}") for name in TARGETS for path in kept(name)],
)
def test_an_input_that_once_failed_does_no_more(name, path):
    attempt(TARGETS[name].run, path.read_bytes())


def test_every_kept_input_belongs_to_a_target():
    assert {path.parent.name for path in CORPUS.glob("*/*")} <= set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_the_inputs_to_begin_from_are_fine(name):
    for data in TARGETS[name].begin():
        attempt(TARGETS[name].run, data)


@pytest.mark.skipif(not LINUX, reason="only Linux tells the memory")
@pytest.mark.parametrize("name", CHEAPEST)
def test_memory_does_not_grow_with_the_number_of_inputs(name):
    target = TARGETS[name]
    begin = target.begin()

    def repeat(times):
        for number in range(times):
            data = begin[number % len(begin)]
            attempt(target.run, number.to_bytes(2, "little") + data[2:])

    repeat(REPEATED // 4)  # until everything is imported and cached
    settled_mib, descriptors = resident_mib(), len(os.listdir("/dev/fd"))
    repeat(REPEATED)
    assert resident_mib() - settled_mib < GROWTH_MIB
    assert len(os.listdir("/dev/fd")) == descriptors
