"""What `grader export` was asked for, and the reports that it has read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.report.model import Report
from grader.report.signature import SignatureState


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report, its file, and what its signature says."""

    path: Path
    report: Report
    state: SignatureState


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as the options say it; each is empty or false where it was not given."""

    form: str = "csv"
    out: Path | None = None
    audience: str = ""
    after_due: bool = False
    sheet: Path | None = None
    roster: Path | None = None
    column: str = ""
    feedback_column: str = ""
    scale: bool = False
    provisional: bool = False
    classroom: Path | None = None
    handin_folder: str = ""
    handins: Path | None = None
