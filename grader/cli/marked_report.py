"""A report's file and the marks beside it, opened together and written one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from grader.errors import UsageError
from grader.marks import marks_in, with_marks
from grader.marks_file import marks_path, read_marks, write_marks
from grader.marks_given import Marks
from grader.plain_text import quote
from grader.records import Rubric
from grader.report import Report, SignatureState, check_signature, sign, write_report
from grader.report.storage import read_report_json, report_of
from grader.rescoring import refuse_other_rubric

PATH_CHARS = 300


@dataclass(slots=True)
class MarkedReport:
    """A report that is being marked.

    Attributes:
        path: of its file.
        report: with all marks that are known.
        marks: those that are known; `keep_marks` writes them.
        secret: signs the report when it is written; empty for one that was not signed.
    """

    path: Path
    report: Report
    rubric: Rubric
    marks: Marks
    secret: bytes

    def keep_marks(self) -> None:
        """Writes the marks beside the report.

        Raises:
            UsageError: the folder may not be written to.
        """
        # First whether they fit: no file of marks is left that cannot be used.
        self.report = with_marks(self.report, self.rubric, self.marks)
        write_marks(self.marks, marks_path(self.path))

    def write(self) -> None:
        """Writes the report with its marks, signed if it was.

        Raises:
            UsageError: the folder may not be written to.
        """
        self.report = sign(with_marks(self.report, self.rubric, self.marks), self.secret)
        write_report(self.report, self.path)


def open_report(
    path: Path,
    rubric_of: Callable[[str], Rubric],
    secret: bytes,
    accept_changed: bool,
    *,
    reads_only: bool = False,
) -> MarkedReport:
    """Opens a report with the marks that lie beside it.

    Args:
        path: of the report.
        rubric_of: loads the rubric of an assignment.
        secret: the course's; empty where none was given.
        accept_changed: takes marks of an earlier version of the hand-in for marks of this one.
        reads_only: whether the report will not be written, so that its signature may stay.

    Raises:
        UsageError: the report cannot be read or may not be changed, or its marks cannot be used.
        RubricError: there is no rubric.
    """
    data = read_report_json(path)
    name = quote(str(path), PATH_CHARS)
    state = check_signature(data, secret)
    if state is SignatureState.UNCHECKED and not reads_only:
        raise UsageError(
            f"The report {name} is signed, and a mark would break its signature. Give the secret "
            "that it was signed with, by --secret-file FILE or GRADER_SECRET."
        )
    if state is SignatureState.NOT_GENUINE:
        raise UsageError(
            f"The report {name} is not genuine: it was changed after it was signed, or signed with "
            "another secret. Grade the hand-in again, or give the right secret."
        )
    report = report_of(data)
    if not report.finished:
        raise UsageError(
            f"The report {name} is not finished: its run was ended, or is still going on. Grade "
            "the hand-in again, or wait for the run's end, and mark it then."
        )
    rubric = rubric_of(report.assignment)
    refuse_other_rubric(report, rubric)
    marks = marks_in(report, rubric)
    beside = marks_path(path)
    if beside.exists():
        marks = read_marks(beside, rubric)
        report = with_marks(report, rubric, marks, accept_changed=accept_changed)
        marks = replace(marks, handin=report.handin.id, digest=report.handin.digest)
        if accept_changed and not reads_only:
            write_marks(marks, beside)
    signs = state is SignatureState.GENUINE
    return MarkedReport(path, report, rubric, marks, secret if signs else b"")
