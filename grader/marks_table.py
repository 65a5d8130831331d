"""Open criteria of several reports as a CSV table, and the marks that people wrote into one.

A spreadsheet gets no cell that is a formula (`grader.report.csv_table`); what was put before a
cell for that is taken away again. It may part the columns by semicolons and write 0,5 for a half.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.errors import UsageError
from grader.marks import make_mark
from grader.marks_given import Mark
from grader.marks_open import OpenCriterion, find_open, levels_of, open_to_mark
from grader.plain_text import quote
from grader.records import Criterion, Rubric
from grader.report import Report
from grader.report.csv_table import safe_text
from grader.report.wording import points_text
from grader.rubric.problems import did_you_mean

COLUMNS = ("handin", "criterion", "title", "points", "levels", "credit", "comment", "by")
NEEDED = ("handin", "criterion", "credit")
MISTAKES_AT_MOST = 40
ROWS_AT_MOST = 100_000

# What `safe_text` puts before a formula, at the places where it does.
_PUT = re.compile(r'(^|(?<=[,;|"]))\'(?=\s*[=+\-@＝＋－＠])')


@dataclass(frozen=True, slots=True)
class Row:
    """A mark of the table, and whose it is."""

    handin: str
    mark: Mark


def open_table(reports: Iterable[Report], rubric: Rubric) -> tuple[str, int]:
    """Writes a table with a row for each criterion that waits for a person.

    Returns:
        The table, and how many rows it has below the names of the columns.

    Raises:
        UsageError: two reports are of hand-ins with one name.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = 0
    for name, report in _by_name(reports).items():
        for one in open_to_mark(report, rubric):
            if one.waits and not one.marked:
                criterion = one.criterion
                points = Decimal(points_text(one.points))
                told = (safe_text(criterion.title), points, _levels(criterion))
                writer.writerow([name, criterion.id, *told, "", "", ""])
                rows += 1
    return stream.getvalue(), rows


def _by_name(reports: Iterable[Report]) -> dict[str, Report]:
    found: dict[str, Report] = {}
    for report in reports:
        name = safe_text(report.handin.id)
        if name in found:
            raise UsageError(
                f"Two of the reports are of a hand-in called {quote(report.handin.id)}, so that a "
                "row would not say whose it is. Mark them one at a time."
            )
        found[name] = report
    return found


def _levels(criterion: Criterion) -> str:
    levels = (f"{one.credit:g}: {one.description}" for one in levels_of(criterion))
    return safe_text(" | ".join(levels))


def read_table(
    text: str, reports: Sequence[Report], rubric: Rubric, by: str, at: str
) -> tuple[Row, ...]:
    """Reads the marks of a table; rows in which nothing was written are passed over.

    Args:
        text: of the file.
        reports: that rows may be about.
        rubric: of all of them.
        by: who marked, where a row does not say.
        at: when, ISO 8601.

    Raises:
        UsageError: columns are missing, or rows cannot be used; the message holds every mistake.
    """
    known = {
        _PUT.sub("", name): (report.handin.id, open_to_mark(report, rubric))
        for name, report in _by_name(reports).items()
    }
    mistakes: list[str] = []
    rows: dict[tuple[str, str], tuple[int, Row]] = {}
    for line, cells in _lines(text):
        if not cells["credit"] and not cells.get("comment"):
            continue
        try:
            row = _row(cells, known, rubric, by, at)
        except UsageError as error:
            mistakes.append(f"line {line}: {error.message}")
            continue
        before, _ = rows.setdefault((row.handin, row.mark.criterion), (line, row))
        if before != line:
            mistakes.append(
                f"line {line}: {quote(row.handin)} has a mark for {row.mark.criterion} in line "
                f"{before} already. Delete one of the two."
            )
    if mistakes:
        more = len(mistakes) - MISTAKES_AT_MOST
        said = mistakes[:MISTAKES_AT_MOST] + ([f"and {more} more."] if more > 0 else [])
        raise UsageError("No mark was taken from the table:\n" + "\n".join(said))
    return tuple(row for _, row in rows.values())


def _lines(text: str) -> Iterable[tuple[int, dict[str, str]]]:
    """Yields each row with its line, as cells by column.

    Raises:
        UsageError: this is no such table.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        lacking = [name for name in NEEDED if name not in columns]
        if lacking:
            raise UsageError(
                f"The table has no column {' and no column '.join(map(quote, lacking))} in its "
                "first line. Begin with a table that `grader mark REPORT... --csv FILE` wrote."
            )
        for cells in reader:
            if reader.line_num > ROWS_AT_MOST:
                raise UsageError(
                    f"The table has more than {ROWS_AT_MOST:,} lines. Take marks in several parts."
                )
            plain = [_PUT.sub("", cell.strip()) for cell in cells]
            yield (
                reader.line_num,
                dict.fromkeys(columns, "") | dict(zip(columns, plain, strict=False)),
            )
    except csv.Error as error:
        raise UsageError(
            f"The table cannot be read in line {reader.line_num}: {error}. Save it as CSV, UTF-8."
        ) from error


def _row(
    cells: Mapping[str, str],
    known: Mapping[str, tuple[str, Sequence[OpenCriterion]]],
    rubric: Rubric,
    by: str,
    at: str,
) -> Row:
    if cells["handin"] not in known:
        raise UsageError(
            f"{quote(cells['handin'])} is the hand-in of none of the reports that were given."
            f"{did_you_mean(cells['handin'], known)}"
        )
    handin, found = known[cells["handin"]]
    criterion = find_open(found, rubric, cells["criterion"]).criterion
    credit = cells["credit"].replace(",", ".", 1)
    if not credit:
        raise UsageError(f"{criterion.id} has a comment and no credit. Give one, from 0 to 1.")
    if not (credit.isascii() and credit.replace(".", "", 1).isdecimal()):
        raise UsageError(
            f"{quote(cells['credit'], 40)} is no credit of {criterion.id}. Give a number from 0 "
            "to 1."
        )
    credit += "" if "." in credit else ".0"  # a share of the points, and no level's number
    who = cells.get("by") or by
    comment = cells.get("comment", "").replace("\r\n", "\n")
    mark = make_mark(criterion, credit, comment, who, at)
    return Row(handin, mark)
