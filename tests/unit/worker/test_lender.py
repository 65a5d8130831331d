"""What is lent is answered by the course's own worker, and nothing else is."""

import numpy as np
import pytest

from grader.errors import WorkerDied, WorkerOutOfTime
from grader.records import Limits
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque, Slot, WireError
from grader.worker.lender import CourseLender
from grader.worker.session import Setup, WorkerSession

SOURCE = b"""
import numpy as np
from collections import namedtuple
Cache = namedtuple("Cache", "x")

def forward(x, param):
    param["calls"] = param.get("calls", 0) + 1
    return 2 * x, Cache(x)

def backward(dout, cache):
    return dout * cache.x

def nested(pair, more=None):
    return pair[1].x + more["cache"].x

def fails(x):
    raise ValueError("no")

def secret():
    return 1
"""
NAMES = frozenset(f"layers.{name}" for name in ("forward", "backward", "nested", "fails"))


@pytest.fixture
def lender(service):
    opened = []

    def open_session():
        host = service.host()
        host.load("handin", {"layers.py": SOURCE}, {})()
        opened.append(WorkerSession(host, Setup("handin", ("ece662",))))
        return opened[-1]

    made = CourseLender(open_session)
    yield made
    made.close()
    assert len(opened) <= 1
    for session in opened:
        session.close()
        session.host.close()


@pytest.fixture
def lent(lender):
    lender.begin_group(NAMES, Limits())
    return lender


class TestCalls:
    def test_values_come_back_and_a_cache_of_the_courses_own_form_stays_there(self, lent):
        x = np.arange(3.0)
        status, (result, after) = lent("layers.forward", [x, {"calls": 1}], {})
        assert status == ops.VALUE
        out, cache = result
        assert out.tolist() == [0.0, 2.0, 4.0]
        assert cache == Opaque("kept:0")
        assert after == [None, {"calls": 2}]

    def test_what_was_kept_goes_back_in_wherever_it_stands(self, lent):
        _, ((_, cache), _) = lent("layers.forward", [np.ones(2), {}], {})
        assert lent("layers.backward", [3.0, cache], {})[1][0].tolist() == [3.0, 3.0]
        status, (total, _) = lent("layers.nested", [(1, cache)], {"more": {"cache": cache}})
        assert (status, total.tolist()) == (ops.VALUE, [2.0, 2.0])

    @pytest.mark.parametrize(
        "name", ["kept:9", "kept:", "kept:-1", "kept:" + "9" * 5000, "kept:\u0663", "Cache"]
    )
    def test_a_name_under_which_nothing_was_kept_is_the_callers_mistake(self, lent, name):
        status, said = lent("layers.backward", [1.0, Opaque(name)], {})
        assert status == ops.RAISED
        assert said.startswith("The course's own layers.backward raised ")

    def test_what_the_course_raises_is_told(self, lent):
        status, said = lent("layers.fails", [1], {})
        assert status == ops.RAISED
        assert said.startswith("The course's own layers.fails raised ValueError: 'no' (layers.py")

    def test_slots_of_our_own_programs_cannot_be_named_to_any_use(self, lent):
        status, _ = lent("layers.backward", [Slot(0), Slot(99)], {})
        assert status == ops.RAISED


class TestWhatIsNotLent:
    def test_before_anything_is_lent_no_session_is_opened(self, lender):
        lender.begin_group((), Limits())
        with pytest.raises(WireError, match="the worker asks for a function that it was not lent"):
            lender("layers.forward", [1, {}], {})
        assert lender._session is None

    def test_other_functions_cannot_be_called(self, lent):
        with pytest.raises(WireError, match="the worker asks for a function that it was not lent"):
            lent("layers.secret", [], {})

    def test_nothing_is_lent_any_more_in_the_next_group(self, lent):
        lent.begin_group((), Limits())
        with pytest.raises(WireError, match="the worker asks for a function that it was not lent"):
            lent("layers.forward", [1, {}], {})

    def test_what_was_kept_is_gone_in_the_next_group(self, lent):
        _, ((_, cache), _) = lent("layers.forward", [np.ones(2), {}], {})
        lent.begin_group(NAMES, Limits())
        assert lent("layers.backward", [3.0, cache], {})[0] == ops.RAISED


@pytest.mark.parametrize("error", [WorkerDied("ended."), WorkerOutOfTime("ran on.")])
def test_arguments_that_end_the_courses_worker_are_the_callers_mistake(lent, monkeypatch, error):
    def run(program):
        raise error

    monkeypatch.setattr(WorkerSession, "run", lambda self, program: run(program))
    assert lent("layers.forward", [1, {}], {}) == (
        ops.RAISED,
        f"The course's own layers.forward {error}",
    )
