"""Finds the hand-in of a report again, whose lines of code a page shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.cli.inputs import choose_rubric, open_handin
from grader.errors import GraderError, UsageError
from grader.handin.model import display_id
from grader.plain_text import quote
from grader.records import EMPTY
from grader.report.excerpts import sources_of
from grader.report.model import Report


def sources_for(report: Report, folder: Path) -> tuple[Mapping[str, str], str]:
    """Reads the hand-in that a report is about.

    Args:
        report: names the hand-in, and has the digest of what was graded.
        folder: holds hand-ins under the names that they were graded by.

    Returns:
        The text of its files; and why there is none, or nothing where there is some.

    Raises:
        UsageError: the folder cannot be listed.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(
            f"The folder of hand-ins {quote(str(folder))} cannot be listed: {error.strerror}. Name "
            "the one that they were graded from with --handins DIR."
        ) from error
    why = f"no hand-in of the name {quote(report.handin.id)} lies in {quote(str(folder))}"
    for path in entries:
        if report.handin.id not in (display_id(path.name), display_id(path.stem)):
            continue
        try:
            handin = open_handin(path, choose_rubric(report.assignment, None, None), None)
        except GraderError as error:
            why = f"{quote(path.name)} cannot be read again. {error.message}".removesuffix(".")
            continue
        if handin.digest == report.handin.digest:
            return sources_of(handin), ""
        why = f"{quote(path.name)} is not what was graded: it has changed since"
    return EMPTY, why
