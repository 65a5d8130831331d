"""What a save leads to: a state, a reason why there is none, or nothing to be told."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from grader.errors import HandInNotFound, WorkerDidNotStart
from grader.watching import loop
from grader.watching.rounds import Round, Unparsable


def state(name):
    return Round(SimpleNamespace(name=name), None, None, ())


FIRST, SECOND = state("first"), state("second")
BROKEN = Unparsable({"layers.py": ("invalid syntax", 3)})
GONE = HandInNotFound("There is no hand-in.")


@pytest.fixture
def run(monkeypatch):
    """Follows saves that become what they are told to; returns the steps and who came before."""

    def follow(*became, ready=lambda _: None):
        asked, told = [], []

        def judge(watched, tools, observer, before, tell):
            asked.append(before)
            tell("relu", [])
            found = answers.pop(0)
            if isinstance(found, Exception):
                raise found
            return found

        answers = list(became)
        monkeypatch.setattr(loop, "judge", judge)
        monkeypatch.setattr(loop, "make_ready", lambda watched, tools, state: ready(state))
        seconds = iter(range(100))
        steps = loop.follow(
            None,
            None,
            FIRST,
            [(f"{number}.py",) for number in range(len(became))],
            nullcontext,
            lambda *first: told.append(first),
            lambda: next(seconds),
        )
        found = list(steps)
        assert told == [((f"{number}.py",), "relu", []) for number in range(len(became))]
        return found, asked

    return follow


def test_a_state_is_told_and_is_the_one_before_the_next(run):
    steps, asked = run(SECOND, FIRST)
    assert [step.became for step in steps] == [SECOND, FIRST]
    assert [step.before for step in steps] == asked == [FIRST, SECOND]
    assert steps[0].saved == ("0.py",)
    assert steps[0].wall_s == 1


def test_a_save_that_changes_nothing_is_not_told(run):
    assert run(None, None)[0] == []


@pytest.mark.parametrize("fault", [BROKEN, GONE])
def test_what_cannot_be_judged_is_told_and_the_state_before_stays(run, fault):
    steps, asked = run(fault, SECOND)
    assert [step.became for step in steps] == [fault, SECOND]
    assert asked == [FIRST, FIRST]


@pytest.mark.parametrize("fault", [BROKEN, GONE])
def test_that_a_fault_is_gone_is_told_once_though_nothing_else_changed(run, fault):
    steps, _ = run(fault, None, None)
    assert [step.became for step in steps] == [fault, FIRST]


def test_the_next_host_is_made_ready_with_what_was_judged_last(run):
    made = []
    run(SECOND, GONE, ready=made.append)
    assert made == [FIRST, SECOND, SECOND]


def test_a_host_that_cannot_be_made_ready_ends_nothing(run):
    def ready(_):
        raise WorkerDidNotStart("There is no room.")

    assert len(run(SECOND, ready=ready)[0]) == 1


def test_a_fault_of_our_own_is_not_hidden(run):
    with pytest.raises(ZeroDivisionError):
        run(ZeroDivisionError())
