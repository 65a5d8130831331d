"""What students may be told of a report: less words and measurements of checks that are hidden.

The points stay as they are, since a grade is told as a number anyway; what they were asked stays
untold. A course that must not tell the points either, because work can still be handed in again,
gives students the report of `grader check`, or has its platform hold them back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from grader.records import EMPTY, Outcome, Visibility
from grader.report.model import MARKED_BY_PEOPLE, Report, ReportedCheck, ReportedCriterion
from grader.report.tally import is_left_to_person

HIDDEN: Final = "This check is hidden: it counts, and what it asks is not told."
AFTER_DUE: Final = "This check counts; what it asks is told after the due date."
# The kind of a check that is not told.
CONCEALED: Final = "hidden"
# In the words by which `grader.report.tally` knows points that a person gives.
LEFT_TO_PERSON: Final = "Left to a person."

_TITLES = {Visibility.HIDDEN: "Hidden criterion", Visibility.AFTER_DUE: "Told after the due date"}
_SENTENCES = {Visibility.HIDDEN: HIDDEN, Visibility.AFTER_DUE: AFTER_DUE}

# How a hidden question was failed would tell something of the question.
_COARSE = {Outcome.ERRORED: Outcome.FAILED, Outcome.TIMED_OUT: Outcome.FAILED}


def may_be_told(visibility: Visibility, after_due: bool = False) -> bool:
    """Tell whether students may see what has this visibility.

    Args:
        visibility: of a criterion or a check.
        after_due: whether the due date has passed.
    """
    return visibility is Visibility.VISIBLE or (after_due and visibility is Visibility.AFTER_DUE)


def for_students(report: Report, after_due: bool = False) -> Report:
    """Take away what students may not see, and keep everybody's points.

    A hidden check loses its name, words, advice, measurements and times, and whether it raised,
    ran out of time or was wrong. A criterion that is hidden as a whole loses its id, title and
    subject too: they say what is asked. The outcome, the credit and all points stay.

    The signature stays that of the whole report, of which this is an extract: sign it anew where
    it is written as a report.

    Args:
        report: of a practice run or a graded one.
        after_due: whether the due date has passed, and `after_due` checks may be told.
    """
    told = []
    for at, criterion in enumerate(report.criteria, 1):
        told.append(_criterion(criterion, at, after_due))
    return replace(report, criteria=tuple(told))


def _criterion(criterion: ReportedCriterion, at: int, after_due: bool) -> ReportedCriterion:
    checks = criterion.checks
    if all(may_be_told(check.visibility, after_due) for check in checks) and may_be_told(
        criterion.visibility, after_due
    ):
        return criterion
    whole = not may_be_told(criterion.visibility, after_due)
    name = f"hidden_{at}" if whole else criterion.id
    told = tuple(
        check
        if may_be_told(check.visibility, after_due)
        else _concealed(check, f"{name}/hidden_{number}")
        for number, check in enumerate(checks, 1)
    )
    shown = replace(criterion, outcome=_outcome(criterion.outcome, told), checks=told)
    if not whole:
        return shown
    title = f"{_TITLES[criterion.visibility]} {at}"
    return replace(shown, id=name, title=title, subject="")


def _concealed(check: ReportedCheck, name: str) -> ReportedCheck:
    waits = check.outcome is Outcome.NOT_RUN_HERE and is_left_to_person(check.kind, check.message)
    message = _SENTENCES[check.visibility] if check.lost_credit else ""
    return replace(
        check,
        id=name,
        # What people mark is known by its kind; of the others the kind says what is asked.
        kind=check.kind if check.kind == MARKED_BY_PEOPLE else CONCEALED,
        outcome=_COARSE.get(check.outcome, check.outcome),
        message=LEFT_TO_PERSON if waits else message,
        hint="",
        advice=(),
        evidence=EMPTY,
        wall_s=0.0,
        cpu_s=0.0,
    )


def _outcome(outcome: Outcome, told: Iterable[ReportedCheck]) -> Outcome:
    """Give a criterion's outcome: coarse unless a check that may be told has it too."""
    return outcome if any(one.outcome is outcome for one in told) else _COARSE.get(outcome, outcome)
