"""What changed between two runs of the same work: which criteria, and how many points.

A run is remembered as little more than an outcome and points by criterion. Only what both runs
judged is compared, so that a run of one criterion makes no others look lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from grader.plain_text import clean_text
from grader.records import Outcome
from grader.report.model import NOT_JUDGED, Report
from grader.report.wording import points_text

VERSION: Final = 1
ID_CHARS: Final = 60
NAMED_AT_MOST: Final = 6  # criteria of one kind in a line
CRITERIA_AT_MOST: Final = 10_000
POINTS_AT_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is kept of one criterion."""

    outcome: Outcome
    awarded: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class RunMemory:
    """What is kept of a run.

    Attributes:
        assignment: id of the assignment.
        digest: of the hand-in.
        ended_s: when it ended, in seconds since the epoch.
        criteria: by id, those that were judged.
    """

    assignment: str
    digest: str
    ended_s: float
    criteria: Mapping[str, Remembered] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two runs, in what both of them judged.

    Attributes:
        points: more than before, or less.
        right: ids of criteria that have full credit now and had not.
        wrong: of those that had it and have not.
        better: of others that earn more.
        worse: of others that earn less.
    """

    points: Decimal = Decimal(0)
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.points or self.right or self.wrong or self.better or self.worse)


def remember(report: Report, ended_s: float, before: RunMemory | None = None) -> RunMemory:
    """Keeps what a later run is compared with.

    Args:
        report: of the run that has just ended.
        ended_s: when, in seconds since the epoch.
        before: what was kept so far; of it remains what this run did not judge.
    """
    judged = {
        one.id: Remembered(one.outcome, one.awarded, one.points)
        for one in report.criteria
        if one.outcome not in NOT_JUDGED
    }
    known = {one.id for one in report.criteria}
    kept = (
        {name: one for name, one in before.criteria.items() if name in known}
        if before is not None and before.assignment == report.assignment
        else {}
    )
    return RunMemory(
        report.assignment, report.handin.digest, ended_s, MappingProxyType({**kept, **judged})
    )


def compare_runs(before: RunMemory, report: Report) -> Changes:
    """Compares a run with an earlier one of the same assignment; no changes where it is none."""
    if before.assignment != report.assignment:
        return Changes()
    pairs = [
        (before.criteria[one.id], one)
        for one in report.criteria
        if one.id in before.criteria and one.outcome not in NOT_JUDGED
    ]
    # Of a criterion whose points the course has changed nothing can be said.
    pairs = [(then, now) for then, now in pairs if then.points == now.points]
    fine = Outcome.PASSED
    other = [(then, now) for then, now in pairs if (then.outcome is fine) == (now.outcome is fine)]
    return Changes(
        points=sum((now.awarded - then.awarded for then, now in pairs), Decimal(0)),
        right=tuple(now.id for then, now in pairs if then.outcome is not fine is now.outcome),
        wrong=tuple(now.id for then, now in pairs if then.outcome is fine is not now.outcome),
        better=tuple(now.id for then, now in other if now.awarded > then.awarded),
        worse=tuple(now.id for then, now in other if now.awarded < then.awarded),
    )


def changes_text(changes: Changes, ago_s: float) -> str:
    """Says in one line what changed since the last run; nothing where nothing did.

    >>> changes_text(Changes(Decimal("3.5"), ("relu",), ("svm_loss",)), 720)
    'since the last run (12 min ago): +3.5 points; now right: relu; newly wrong: svm_loss'
    >>> changes_text(Changes(), 720)
    ''
    """
    told = what_changed(changes)
    return f"since the last run ({ago_text(ago_s)}): {told}" if told else ""


def what_changed(changes: Changes) -> str:
    """Says what changed, in less than a line.

    >>> what_changed(Changes(Decimal("-1"), worse=("relu",)))
    '−1 point; worse: relu'
    """
    kinds = {
        "now right": changes.right,
        "newly wrong": changes.wrong,
        "better": changes.better,
        "worse": changes.worse,
    }
    points = abs(changes.points)
    sign = "+" if changes.points > 0 else "−"
    noun = "point" if points == 1 else "points"
    told = [f"{sign}{points_text(points)} {noun}"] if points else []
    told += [f"{what}: {_listed(ids)}" for what, ids in kinds.items() if ids]
    return "; ".join(told)


def ago_text(seconds: float) -> str:
    """Says how long ago something was, as people do.

    >>> ago_text(20), ago_text(3_700), ago_text(26 * 3_600), ago_text(3 * 86_400)
    ('just now', '1 h ago', '1 day ago', '3 days ago')
    """
    if seconds < 60:
        return "just now"
    if seconds < 3_600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 86_400:
        return f"{int(seconds // 3_600)} h ago"
    days = int(seconds // 86_400)
    return f"{days} day{'' if days == 1 else 's'} ago"


def memory_value(memory: RunMemory) -> dict[str, Any]:
    """Makes the plain value that is written as JSON."""
    return {
        "version": VERSION,
        "assignment": memory.assignment,
        "digest": memory.digest,
        "ended_s": memory.ended_s,
        "criteria": {
            name: [str(one.outcome), str(one.awarded), str(one.points)]
            for name, one in memory.criteria.items()
        },
    }


def memory_from(value: Any) -> RunMemory | None:
    """Reads such a value back; nothing where it is damaged or none of ours."""
    try:
        if value["version"] != VERSION or len(value["criteria"]) > CRITERIA_AT_MOST:
            return None
        return RunMemory(
            str(value["assignment"]),
            str(value["digest"]),
            float(value["ended_s"]),
            MappingProxyType(
                {
                    str(name): Remembered(Outcome(outcome), _amount(awarded), _amount(points))
                    for name, (outcome, awarded, points) in value["criteria"].items()
                }
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _amount(text: str) -> Decimal:
    """Reads points.

    Raises:
        ValueError: they are none; the reader takes it for a damaged file.
    """
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not found.is_finite() or abs(found) > POINTS_AT_MOST:
        raise ValueError(text)
    return found


def _listed(ids: Iterable[str]) -> str:
    names = [clean_text(name, ID_CHARS) for name in ids]
    more = len(names) - NAMED_AT_MOST
    shown = ", ".join(names[:NAMED_AT_MOST])
    return f"{shown} and {more} more" if more > 0 else shown
