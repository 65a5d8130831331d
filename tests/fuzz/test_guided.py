"""A short run guided by coverage, each target in a process of its own."""

import importlib.util

import pytest

from tests.fuzz.guided import grown, launch
from tests.fuzz.targets import TARGETS

SECONDS = 2.0  # the slowest target had 8 inputs in half a second beside other tests

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("atheris") is None,
        reason="guided fuzzing needs atheris, which is not installed",
    ),
]


@pytest.mark.parametrize("name", TARGETS)
def test_a_short_guided_run_finds_nothing(name, tmp_path):
    figures = launch(name, 10**6, SECONDS, tmp_path)
    assert figures["found"] == [], figures
    assert figures["inputs"] > 10
    assert not grown(figures), figures
