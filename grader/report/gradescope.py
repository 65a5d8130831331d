"""A report as Gradescope's `results.json`: a test for each criterion, with who may see it.

Shape: Gradescope's autograder specifications. Every text is written in the format `text`, which
the platform shows as it stands: `simple_format`, `md`, `html` and `ansi` would each read
something into a hand-in's words. The leaderboard, which fellow students see, is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from grader.records import EMPTY, Outcome, Visibility
from grader.report.model import Report, ReportedCheck, ReportedCriterion, json_value
from grader.report.standing import UNSIGNED, caveats
from grader.report.told import earned_text, name_text, sentence_text, status_of, told_lines
from grader.report.wording import score_text

HUNDREDTH = Decimal("0.01")
NAMED_AT_MOST = 20

VISIBILITY = {
    Visibility.VISIBLE: "visible",
    Visibility.AFTER_DUE: "after_due_date",
    Visibility.HIDDEN: "hidden",
}
_SUFFIX = {
    Visibility.VISIBLE: "",
    Visibility.AFTER_DUE: " (after the due date)",
    Visibility.HIDDEN: " (hidden)",
}
TOTAL_WITHHELD = (
    "Some tests are not shown yet or are hidden; the total is shown when the course releases it."
)


@dataclass(frozen=True, slots=True)
class _Part:
    """The checks of a criterion that are seen by the same people, and their points if known."""

    visibility: Visibility
    checks: tuple[ReportedCheck, ...]
    score: Decimal | None
    most: Decimal | None


def gradescope_results(report: Report, weights: Mapping[str, Decimal] = EMPTY) -> str:
    """Write `results.json`: all of a report, each test with its visibility.

    `score` is the sum of the whole, which the platform keeps from students while a test is hidden
    from them; so the words above the tests tell no points then. A test that is open has neither
    `score` nor `status`: either would make it look failed.

    A criterion with checks of several visibilities becomes a test for each. A report does not hold
    the checks' weights: without `weights` the most restricted test holds all of its points, so
    that what is seen tells nothing of what is not.

    Args:
        report: whole, not an extract for students.
        weights: of the rubric's checks, by their ids.
    """
    tests = []
    for at, criterion in enumerate(report.criteria, 1):
        parts = _parts(criterion, weights)
        for of, part in enumerate(parts, 1):
            number = f"{at}.{of}" if len(parts) > 1 else f"{at}"
            tests.append(_test(report, criterion, part, number, len(parts) > 1))
    results = {
        "score": report.score.lower if not report.finished else report.score.awarded,
        "execution_time": round(report.wall_s, 3),
        "output": _output(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "extra_data": _extra(report),
        "tests": tests,
    }
    return json.dumps(json_value(results), indent=2, allow_nan=False) + "\n"


def _test(
    report: Report, criterion: ReportedCriterion, part: _Part, number: str, split: bool
) -> dict[str, Any]:
    status = status_of(part.checks)
    name = name_text(criterion.title) + (_SUFFIX[part.visibility] if split else "")
    lines = told_lines(part.checks, report.mode, named=len(part.checks) > 1)
    if status == "open" and not split:
        lines.insert(0, f"So far {earned_text(criterion)} points.")
    decided = status != "open" and part.score is not None
    return {
        **({"score": part.score} if decided else {}),
        **({"max_score": part.most} if part.most is not None else {}),
        **({"status": status} if status != "open" else {}),
        "name": f"{name} (bonus)" if criterion.bonus else name,
        "name_format": "text",
        "number": number,
        "output": "\n".join(lines),
        "output_format": "text",
        "visibility": VISIBILITY[part.visibility],
        "extra_data": {"criterion": name_text(criterion.id)},
    }


def _parts(criterion: ReportedCriterion, weights: Mapping[str, Decimal]) -> list[_Part]:
    groups: dict[Visibility, list[ReportedCheck]] = {}
    for visibility in Visibility:  # the least restricted first
        if seen := [one for one in criterion.checks if one.visibility is visibility]:
            groups[visibility] = seen
    if len(groups) < 2:
        visibility = next(iter(groups), criterion.visibility)
        return [_Part(visibility, criterion.checks, criterion.lower, criterion.points)]
    known = all(check.id in weights for check in criterion.checks)
    parts: list[_Part] = []
    score, most = criterion.lower, criterion.points
    for visibility, checks in list(groups.items())[:-1]:
        share = _share(criterion, checks, weights) if known else (None, None)
        parts.append(_Part(visibility, tuple(checks), *share))
        score -= share[0] or 0
        most -= share[1] or 0
    visibility, checks = list(groups.items())[-1]
    # The last takes what rounding left, so that the sum is the criterion's.
    rest = min(max(score, Decimal(0)), most) if known else score
    return [*parts, _Part(visibility, tuple(checks), rest, most)]


def _share(
    criterion: ReportedCriterion, checks: Sequence[ReportedCheck], weights: Mapping[str, Decimal]
) -> tuple[Decimal, Decimal]:
    """Give the points that some checks of a criterion earned, and those that they are worth."""
    whole = sum((weights[one.id] for one in criterion.checks), Decimal(0)) or Decimal(1)
    earned = sum((weights[one.id] * Decimal(str(one.credit)) for one in checks), Decimal(0))
    worth = sum((weights[one.id] for one in checks), Decimal(0))
    return _points(criterion.points * earned / whole), _points(criterion.points * worth / whole)


def _points(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)


def _output(report: Report) -> str:
    checks = [check for one in report.criteria for check in one.checks]
    withheld = any(check.visibility is not Visibility.VISIBLE for check in checks)
    # Whether it is signed is no business of a student's.
    said = [one for one in caveats(report) if one != UNSIGNED]
    lines = [TOTAL_WITHHELD if withheld else score_text(report), *said]
    if not report.finished:
        lost = [
            name_text(one.title)
            for one in report.criteria
            if one.outcome is Outcome.UNJUDGED and one.visibility is Visibility.VISIBLE
        ]
        more = len(lost) - NAMED_AT_MOST
        named = ", ".join(lost[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
        lines += [f"Not reached: {named}."] if lost else []
    return "\n".join([*lines, *(f"· {sentence_text(note)}" for note in report.handin.notes)])


def _extra(report: Report) -> dict[str, Any]:
    """Give what the platform hands the next run of the same student, and staff."""
    return {
        "assignment": report.assignment,
        "grader": report.environment.get("grader", ""),
        "rubric_digest": report.environment.get("rubric_digest", ""),
        "handin_digest": report.handin.digest,
        "report_schema_version": report.schema_version,
        "mode": report.mode,
        "finished": report.finished,
        "needs_review": report.score.needs_review,
        "tier": report.trust.tier,
        "isolated": report.trust.isolated,
        "signed": bool(report.signature),
    }
