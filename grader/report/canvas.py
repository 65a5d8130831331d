"""Fills marks into the gradebook that Canvas exports, for its import.

Shape, from what Canvas and other graders export: a row of names, rows without an id (`Points
Possible`, and a row of remarks in newer versions), then a row for each student. A column without
its `(number)` would become a new assignment, and the import passes read-only columns over; both are
refused here. `EX` for an excused student, the localised words, and the names of downloaded hand-ins
(`name_123_456_file`) are recollection; where they are not as expected nothing is filled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from grader.errors import UsageError
from grader.plain_text import quote
from grader.report.gradebook import (
    Choices,
    Filled,
    Row,
    find_rows,
    header_named,
    left_out,
    lowered,
    mark_of,
    number,
    number_text,
    shown_headers,
    writes_commas,
)
from grader.report.model import Report
from grader.report.sheet import Sheet

ID: Final = "ID"
# Names that Canvas does not translate.
ID_COLUMNS: Final = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
EXCUSED: Final = "EX"

_ASSIGNMENT = re.compile(r".*\(\d+\)", re.DOTALL)
_DOWNLOADED = re.compile(r"[^_]+(?:_LATE)?_(\d+)_\d+_.*", re.DOTALL)
_READ_ONLY = re.compile(r"\(.*(read.?only|schreibgeschützt|lecture seule|solo lectura).*\)", re.I)


def fill_canvas(sheet: Sheet, file: str, reports: Sequence[Report], choices: Choices) -> Filled:
    """Put marks into the column of the assignment; every other cell stays as it was.

    Args:
        sheet: as it was downloaded.
        file: its name for messages, quoted.
        reports: whole or for students, since only points are taken from them.
        choices: which column, and how.

    Raises:
        UsageError: the sheet is not one of Canvas, its column cannot be told or may not be written
            to, its points are not the rubric's, or a hand-in's row cannot be told.
    """
    if ID not in sheet.headers:
        raise UsageError(
            f"The sheet {file} has no column 'ID', by which Canvas knows students. Its columns are "
            f"{shown_headers(sheet)}. Give the gradebook as Canvas exported it."
        )
    id_column = sheet.headers.index(ID)
    column = _column(sheet, file, choices)
    students = [at for at in range(1, len(sheet.rows)) if sheet.value(at, id_column)]
    possible = _possible(sheet, file, column, students)
    id_columns = [at for at, name in enumerate(sheet.headers) if name in ID_COLUMNS]
    rows = []
    for at in students:
        ids = {sheet.value(at, one) for one in id_columns} - {""}
        rows.append(Row(at, sheet.value(at, 0), frozenset(ids)))
    found = find_rows(rows, reports, choices.roster, ids_in)
    commas = writes_commas(sheet, [column])
    values, said = {}, list(found.said)
    for row, report in found.pairs:
        mark = mark_of(report, possible, choices, "'Points Possible'")
        before = sheet.value(row.at, column)
        if before.upper() == EXCUSED:
            said.append(f"{quote(row.name)} is excused (EX) and is left as it was.")
        elif mark is None:
            said.append(left_out(row, report, choices))
        elif column >= len(sheet.rows[row.at]):
            said.append(f"{quote(row.name)} is left as it was: its row ends before the column.")
        else:
            values[row.at, column] = number_text(mark, commas)
            said += [told] if (told := lowered(row, before, mark)) else []
    return Filled(sheet.filled(values), len(values), tuple(said))


def ids_in(name: str) -> tuple[str, ...]:
    """Read the student's id from the name of a hand-in as Canvas downloads it.

    >>> ids_in("doejane_LATE_11_4567_hw1"), ids_in("jane")
    (('11',), ())
    """
    found = _DOWNLOADED.fullmatch(name)
    return (found[1],) if found else ()


def _column(sheet: Sheet, file: str, choices: Choices) -> int:
    if choices.column:
        column = header_named(sheet, choices.column, "--column", file)
        if not _ASSIGNMENT.fullmatch(sheet.headers[column]):
            raise UsageError(
                f"The column {quote(choices.column)} does not end in its number, as in 'HW 1 (123)'"
                ", so Canvas would make a new assignment of it. Name the column of an assignment "
                "of the sheet."
            )
    else:
        fits = [at for at, name in enumerate(sheet.headers) if _ASSIGNMENT.fullmatch(name)]
        if len(fits) != 1:
            raise UsageError(
                f"The sheet {file} has {len(fits) or 'no'} columns of assignments, such as "
                "'HW 1 (123)', so it cannot be told where the marks belong. Name one with "
                f"--column; its columns are {shown_headers(sheet)}."
            )
        (column,) = fits
    for row in range(1, len(sheet.rows)):
        if not sheet.value(row, sheet.headers.index(ID)) and _READ_ONLY.search(
            sheet.value(row, column)
        ):
            raise UsageError(
                f"The column {quote(sheet.headers[column])} is read-only: Canvas would pass its "
                "marks over. Name the column of an assignment with --column."
            )
    return column


def _possible(sheet: Sheet, file: str, column: int, students: Sequence[int]) -> Decimal:
    """Read the row of possible points, which stands above the students and may be translated."""
    first = min(students, default=len(sheet.rows))
    found = [number(sheet.value(row, column)) for row in range(1, first)]
    points = [value for value in found if value is not None]
    if len(points) != 1:
        raise UsageError(
            f"The sheet {file} has no row 'Points Possible' above its students that says what "
            f"{quote(sheet.headers[column])} is worth. Give the gradebook as Canvas exported it."
        )
    return points[0]
