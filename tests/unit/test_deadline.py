"""The end of a run, on a clock that the test moves."""

import pytest

from grader.deadline import Deadline, note_of


class Clock:
    now_s = 100.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


def test_checks_may_use_what_is_left_but_for_a_reserve(clock):
    deadline = Deadline(540.0, clock.now_s, clock)
    assert deadline.left_s == 530.0
    clock.now_s += 529.0
    assert deadline.left_s == 1.0
    clock.now_s += 2.0
    assert deadline.left_s == 0.0
    assert deadline.until_end_s == 9.0
    clock.now_s += 1000.0
    assert deadline.until_end_s == 0.0


def test_the_reserve_of_a_short_run_is_a_part_of_it(clock):
    assert Deadline(60.0, clock.now_s, clock).left_s == 57.0


def test_what_was_not_reached_is_said_with_the_time_that_there_was(clock):
    deadline = Deadline(540.0, clock.now_s, clock)
    assert deadline.before_it_began() == (
        "Not reached: the time for the whole run (540 s) was over before this was asked. Nothing "
        "was judged here and nothing is lost. Whoever grades can allow more time with --deadline."
    )
    assert "was over while this was being judged." in deadline.while_it_ran()


@pytest.mark.parametrize(
    ("names", "hidden", "said"),
    [
        (["relu", "relu", "adam"], 0, "Not reached: relu, adam."),
        (["relu"], 1, "Not reached: relu, 1 hidden check."),
        ([], 3, "Not reached: 3 hidden checks."),
    ],
)
def test_the_note_names_each_criterion_once_and_nothing_that_is_hidden(clock, names, hidden, said):
    note = note_of(Deadline(9.0, clock.now_s, clock), names, hidden)
    assert said in note
    assert "(9 s)" in note
