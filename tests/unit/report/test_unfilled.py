"""What has not been begun is listed in one paragraph, with what to begin with."""

from decimal import Decimal

import pytest

from grader.records import Outcome, Visibility
from grader.report.model import ReportedCheck, ReportedCriterion
from grader.report.unfilled import FEW, apart, is_unfilled

GAP = "layers.f is not filled in yet. out is None; expected an array of shape (2, 3)."
RAISED = "layers.f raised NotImplementedError (layers.py, line 3 in f)."
WRONG = "layers.f gave a wrong value. out is 1; expected 2."


def criterion(*checks, name="f"):
    points = Decimal(1)
    reported = tuple(
        ReportedCheck(
            f"{name}/{at}", "output", outcome, 0.0, Visibility.VISIBLE, said, "", (), {}, 0, 0
        )
        for at, (outcome, said) in enumerate(checks)
    )
    bounds = (Decimal(0), Decimal(0), points)
    return ReportedCriterion(
        name, name, "layers.f", points, False, *bounds, Outcome.FAILED, Visibility.VISIBLE, reported
    )


@pytest.mark.parametrize(
    ("checks", "unfilled"),
    [
        ([(Outcome.FAILED, GAP)], True),
        ([(Outcome.ERRORED, RAISED)], True),
        ([(Outcome.FAILED, GAP), (Outcome.NOT_RUN_HERE, "")], True),
        ([(Outcome.PASSED, ""), (Outcome.FAILED, GAP)], True),
        ([(Outcome.FAILED, GAP), (Outcome.FAILED, WRONG)], False),
        ([(Outcome.FAILED, WRONG)], False),
        ([(Outcome.PASSED, "")], False),
    ],
)
def test_a_gap_is_told_from_a_mistake(checks, unfilled):
    assert is_unfilled(criterion(*checks)) is unfilled


def test_a_few_are_told_one_by_one():
    wrong = [criterion((Outcome.FAILED, WRONG))]
    gaps = [criterion((Outcome.FAILED, GAP), name=f"f{at}") for at in range(FEW)]
    assert apart(wrong + gaps) == (wrong + gaps, [])
    more = [*gaps, criterion((Outcome.ERRORED, RAISED), name="g")]
    assert apart(wrong + more) == (wrong, more)
