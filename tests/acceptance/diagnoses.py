"""Judges wrong hand-ins as a student would, and says what their first diagnosis names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.feedback.explaining import KEY
from grader.feedback.variants import KINDS
from grader.report import Report
from grader.worker.service import WorkerService
from tests.acceptance.handins import Course, expected


@dataclass(frozen=True)
class Diagnosed:
    """What was said of a case.

    Attributes:
        case: its name.
        named: what it is, by its `expected.json`; several names come to the same.
        failed: visible checks of the kinds that mistakes are recorded of, which lost credit.
        check: the first check with a diagnosis; empty where there is none.
        name: what the first diagnosis names.
        kind: of the first diagnosis.
        confidence: of the first diagnosis.
        also: further mistakes that it names.
    """

    case: str
    named: tuple[str, ...]
    failed: int
    check: str = ""
    name: str = ""
    kind: str = ""
    confidence: str = ""
    also: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether the first diagnosis names what the case is."""
        return self.name in self.named

    @property
    def is_surely_wrong(self) -> bool:
        """Whether it names another mistake than the case's, and is sure of it."""
        sure = self.kind == "mistake" and self.confidence == "high"
        return sure and bool(self.named) and not self.is_right


def diagnose(
    course: Course, case: Path, into: Path, service: WorkerService, whole: bool = False
) -> Diagnosed:
    """Judges a case in practice mode.

    Args:
        course: whose it is.
        case: its folder.
        into: an empty or new folder.
        service: a running one.
        whole: ask all that is visible, and not only what the case changes.
    """
    only = () if whole or not course.is_plain(case) else course.affected(case)
    handin = course.compose(case, into)
    report = course.grade(handin, "check", only, service=service)
    return _first(case, report)


def _first(case: Path, report: Report) -> Diagnosed:
    named = expected(case).named
    checks = [check for one in report.criteria for check in one.checks if check.lost_credit]
    failed = sum(check.kind in KINDS for check in checks)
    for check in checks:
        found = check.evidence.get(KEY)
        if found:
            return Diagnosed(
                case.name,
                named,
                failed,
                check.id,
                found["name"],
                found["kind"],
                found["confidence"],
                tuple(found.get("also", ())),
            )
    return Diagnosed(case.name, named, failed)
