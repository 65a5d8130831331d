"""Reads what a preview needs of many reports, quickly.

The whole schema takes longer to check than everything else together, so only what is used is
checked here. A file that departs from it anywhere is read once more by the thorough reader, which
says what is wrong with it. Whether a report is as it was written is a question of its signature,
which `grader export --verify` answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from grader.errors import UsageError
from grader.plain_text import quote, quote_if_odd
from grader.records import CheckResult, Outcome, Visibility
from grader.report.model import SCHEMA_VERSION
from grader.report.storage import read_report_json

# Asking the enumerations for their members takes longer than all else that is done with a check.
_OUTCOMES: Final = {one.value: one for one in Outcome}
_VISIBILITIES: Final = {one.value: one for one in Visibility}


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """What a check found, with its visibility then."""

    result: CheckResult
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class StoredCriterion:
    """A criterion as it was scored.

    Attributes:
        lower: points that were certain.
        upper: points that were still possible.
    """

    id: str
    points: Decimal
    bonus: bool
    visibility: Visibility
    lower: Decimal
    upper: Decimal
    outcome: Outcome
    checks: tuple[StoredCheck, ...]


@dataclass(frozen=True, slots=True)
class StoredReport:
    """What a preview uses of a report.

    Attributes:
        handin: the hand-in's display name.
        rubric_digest: `sha256:` of the rubric that it was made with.
        finished: whether its run came to its end.
        lower: points of the whole that were certain.
        upper: points of the whole that were still possible.
    """

    handin: str
    assignment: str
    mode: str
    finished: bool
    rubric_digest: str
    maximum: Decimal | None
    lower: Decimal
    upper: Decimal
    criteria: tuple[StoredCriterion, ...]

    @property
    def possible(self) -> Decimal:
        """Sum of all criteria's points, without bonus."""
        return sum([one.points for one in self.criteria if not one.bonus], Decimal(0))

    def checks(self) -> Mapping[str, StoredCheck]:
        """Gives the checks by id."""
        return {check.result.id: check for one in self.criteria for check in one.checks}


def read_stored(path: Path) -> StoredReport:
    """Reads a report.

    Raises:
        UsageError: see `grader.report.read_report`.
    """
    try:
        return _report(json.loads(path.read_bytes(), parse_constant=_refuse))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _report(read_report_json(path))


def refuse_doubles(handins: Iterable[str]) -> None:
    """Refuses a hand-in with two reports, which would count twice.

    Args:
        handins: the display name of each report's hand-in.

    Raises:
        UsageError: there is one.
    """
    seen: set[str] = set()
    for name in handins:
        if name in seen:
            raise UsageError(
                f"Two reports are of the hand-in {quote_if_odd(name)}, which would count twice. "
                "Give the later one alone."
            )
        seen.add(name)


def refuse_other_assignment(report: StoredReport, assignment: str, name: str) -> None:
    """Refuses a report of another assignment than the rubric's.

    Raises:
        UsageError: it is.
    """
    if report.assignment != assignment:
        raise UsageError(
            f"The report {quote(name)} is of the assignment {quote(report.assignment)}, and the "
            f"rubric is of {quote(assignment)}. Give reports of the rubric's own assignment."
        )


def _report(data: Any) -> StoredReport:
    """Makes the record; whatever is not as the schema says raises one of a few errors."""
    if _whole(data["schema_version"]) != SCHEMA_VERSION or data["mode"] not in ("check", "grade"):
        raise ValueError("schema_version")
    score = data["score"]
    maximum = score["maximum"]
    return StoredReport(
        handin=_text(data["handin"]["id"]),
        assignment=_text(data["assignment"]),
        mode=data["mode"],
        finished=_truth(data["finished"]),
        rubric_digest=_text(data["environment"]["rubric_digest"]),
        maximum=None if maximum is None else _points(maximum),
        lower=_points(score["lower"]),
        upper=_points(score["upper"]),
        criteria=tuple([_criterion(one) for one in _list(data["criteria"])]),
    )


def _criterion(data: Any) -> StoredCriterion:
    return StoredCriterion(
        id=_text(data["id"]),
        points=_points(data["points"]),
        bonus=_truth(data["bonus"]),
        visibility=_VISIBILITIES[data["visibility"]],
        lower=_points(data["lower"]),
        upper=_points(data["upper"]),
        outcome=_OUTCOMES[data["outcome"]],
        checks=tuple([_check(one) for one in _list(data["checks"])]),
    )


def _check(data: Any) -> StoredCheck:
    credit = data["credit"]
    if type(credit) not in (int, float) or not 0 <= credit <= 1:
        raise ValueError("credit")
    evidence = data["evidence"]
    if type(evidence) is not dict:
        raise TypeError("evidence")
    result = CheckResult(
        id=_text(data["id"]),
        kind=_text(data["kind"]),
        outcome=_OUTCOMES[data["outcome"]],
        credit=float(credit),
        evidence=evidence,
        wall_s=float(data["wall_s"]),
    )
    return StoredCheck(result, _VISIBILITIES[data["visibility"]])


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("whole number")
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError("truth")
    return value


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("list")
    return value


@lru_cache(maxsize=1000, typed=True)  # the same few amounts in all reports of a course
def _points(value: Any) -> Decimal:
    # A number that is not finite as JSON, such as 1e999, is no amount of points.
    if type(value) not in (int, float) or not 0 <= value < float("inf"):
        raise ValueError("points")
    return Decimal(str(value))


def _refuse(name: str) -> None:
    raise ValueError(name)
