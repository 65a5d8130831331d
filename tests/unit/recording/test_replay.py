"""A recording answers what was asked before, up to rounding, and says what it does not have."""

import numpy as np
import pytest

from grader import __version__
from grader.errors import ReferenceFault
from grader.recording import Loan, RecordedLender, RecordedSession, Recording
from grader.recording.packing import digest
from grader.recording.replay import alike, find_loan
from grader.records import Limits
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque, WireError
from grader.worker.program import Program

X = np.random.default_rng(5).normal(size=(4, 3))


def program(x):
    made = Program()
    made.export(made.call(made.resolve("layers.f"), [x]))
    return made


def recording(grader=__version__):
    answers = {digest(program(X).operations): [(0, None), (0, None), (ops.VALUE, 2 * X)]}
    return Recording(
        "hw3", grader, answers, (Loan("layers.g", [X, {"mode": "train"}], {}, 1, "ok"),)
    )


def test_a_program_gets_the_answer_that_it_got_before():
    session = RecordedSession(recording())
    replies = session.run(asked := program(X + 1e-16))
    session.end_group()
    session.close()
    assert replies.program is asked
    np.testing.assert_array_equal(replies.entries[2][1], 2 * X)


def test_another_question_is_a_fault_of_ours():
    with pytest.raises(ReferenceFault, match=r"recorded answers lack the one .*not of the hand-in"):
        RecordedSession(recording()).run(program(X + 1))


def test_it_says_when_another_version_recorded():
    with pytest.raises(ReferenceFault, match=r"answers, which version 0\.0\.9 made lack the one"):
        RecordedSession(recording("0.0.9")).run(program(X + 1))


def test_a_lent_function_answers_what_differs_in_its_last_digits():
    lender = RecordedLender(recording())
    lender.begin_group({"layers.g"}, Limits())
    assert lender("layers.g", [X * (1 + 1e-13), {"mode": "train"}], {}) == (1, "ok")
    assert lender.lacked == []
    lender.close()


@pytest.mark.parametrize(
    "args", [[X * 1.01, {"mode": "train"}], [X, {"mode": "test"}], [X], [X.T, {"mode": "train"}]]
)
def test_other_arguments_raise_in_the_hand_in_and_are_remembered(args):
    lender = RecordedLender(recording())
    lender.begin_group({"layers.g"}, Limits())
    status, said = lender("layers.g", args, {})
    assert (status, said) == (
        ops.RAISED,
        "The course's own layers.g was not recorded with these arguments.",
    )
    assert lender.lacked == ["layers.g"]
    lender.begin_group((), Limits())
    assert lender.lacked == []


def test_what_is_not_lent_cannot_be_called():
    with pytest.raises(WireError, match="was not lent"):
        RecordedLender(recording())("layers.g", [X, {"mode": "train"}], {})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (np.float32([1.0]), np.float32([1.0 + 3e-6]), True),
        (np.array([1.0]), np.array([1.0 + 3e-6]), False),
        (np.array([1, 2]), np.array([1, 3]), False),
        (np.array([True]), np.array([True]), True),
        (np.array([np.inf]), np.array([np.inf]), True),
        (np.array([]), np.array([]), True),
        (2, 2.0, True),
        (True, 1, False),
        (None, 0, False),
        (Opaque("kept:1"), Opaque("kept:2"), False),
        ([1, "a"], (1, "a"), True),
    ],
)
def test_alike(one, other, same):
    assert alike(one, other) is same


def test_the_first_call_that_is_alike_counts():
    loans = [Loan("g", [1.0], {}, 1, "first"), Loan("g", [1.0], {}, 1, "second")]
    assert find_loan(loans, "g", [1.0], {}) is loans[0]
    assert find_loan(loans, "h", [1.0], {}) is None
