"""Scores a report again from what it holds, with results that have changed since.

What a check found stands in the report, so that no worker is needed. A report holds less than its
run knew where something is hidden; that stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.errors import UsageError
from grader.plain_text import quote, quote_if_odd
from grader.records import CheckResult, Criterion, Rubric
from grader.report import Report, ReportedCheck, ReportedCriterion, ReportedScore
from grader.report.model import report_criterion
from grader.report.wording import points_text
from grader.scoring import score

GRADE_AGAIN = "Grade the hand-in again."


def results_of(report: Report) -> tuple[CheckResult, ...]:
    """Takes the results of all checks out of a report, in its order."""
    return tuple(_result(check) for criterion in report.criteria for check in criterion.checks)


def rescored(
    report: Report, rubric: Rubric, changed: Mapping[str, CheckResult] | None = None
) -> Report:
    """Scores a report again.

    Args:
        report: as it was; its signature no longer holds and is left out of what is returned.
        rubric: with the criteria and the points that the report was made with.
        changed: results that take the place of the report's, by the check's id.

    Raises:
        UsageError: the rubric's criteria, checks or points are others than the report's.
    """
    refuse_other_rubric(report, rubric)
    changed = changed or {}
    results = [changed.get(one.id, one) for one in results_of(report)]
    scorecard = score(rubric, results)
    criteria = tuple(
        _kept(before, report_criterion(scored, report.mode), changed)
        for before, scored in zip(report.criteria, scorecard.criteria, strict=True)
    )
    return replace(
        report,
        criteria=criteria,
        score=ReportedScore(
            awarded=scorecard.awarded,
            possible=scorecard.possible,
            maximum=rubric.maximum,
            lower=scorecard.lower,
            upper=scorecard.upper,
            needs_review=scorecard.needs_review or not report.finished,
        ),
        signature="",
    )


def refuse_other_rubric(report: Report, rubric: Rubric) -> None:
    """Refuses a rubric whose criteria, checks or points are others than a report's.

    Raises:
        UsageError: they are; the sentence says which first.
    """
    whose = f"The report of {quote_if_odd(report.handin.id)}"
    if report.assignment != rubric.assignment:
        raise UsageError(
            f"{whose} is of the assignment {quote(report.assignment)}, and the rubric is of "
            f"{quote(rubric.assignment)}. Give the rubric that it was made with, with --rubric."
        )
    found = {one.id: one for one in report.criteria}
    asked = {one.id: one for one in rubric.criteria}
    other = next((name for name in (*asked, *found) if name not in asked or name not in found), "")
    if other:
        where = "the rubric, but not in the report" if other in asked else "the report only"
        raise UsageError(
            f"{whose} was made with another rubric: the criterion {quote(other)} is in {where}. "
            f"{GRADE_AGAIN}"
        )
    for name, criterion in asked.items():
        reported = found[name]
        if (reported.points, reported.bonus) != (criterion.points, criterion.bonus):
            raise UsageError(
                f"{whose} was made with another rubric: the criterion {quote(name)} has "
                f"{_points(reported)} there and {_points(criterion)} in the rubric. {GRADE_AGAIN}"
            )
        checks = [(check.id, check.kind) for check in reported.checks]
        if checks != [(check.id, check.kind) for check in criterion.checks]:
            raise UsageError(
                f"{whose} was made with another rubric: the criterion {quote(name)} has other "
                f"checks there. {GRADE_AGAIN}"
            )
    if list(found) != list(asked):
        raise UsageError(
            f"{whose} was made with another rubric: its criteria stand in another order there. "
            f"{GRADE_AGAIN}"
        )


def _points(criterion: Criterion | ReportedCriterion) -> str:
    points, bonus = criterion.points, criterion.bonus
    return f"{points_text(points)} {'bonus ' if bonus else ''}point{'' if points == 1 else 's'}"


def _result(check: ReportedCheck) -> CheckResult:
    return CheckResult(
        id=check.id,
        kind=check.kind,
        outcome=check.outcome,
        credit=check.credit,
        message=check.message,
        hint=check.hint,
        evidence=check.evidence,
        advice=check.advice,
        wall_s=check.wall_s,
        cpu_s=check.cpu_s,
    )


def _kept(
    before: ReportedCriterion, after: ReportedCriterion, changed: Mapping[str, CheckResult]
) -> ReportedCriterion:
    """Leaves the words of what has not changed as they are: they were made fit once."""
    checks = (
        new if new.id in changed else old
        for old, new in zip(before.checks, after.checks, strict=True)
    )
    return replace(after, checks=tuple(checks))
