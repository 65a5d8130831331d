"""Reads which student a hand-in is of, as a course's staff keeps it in a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType

from grader.errors import UsageError
from grader.plain_text import quote, quote_some

ID, HANDIN = "id", "handin"


def read_roster(text: str, name: str) -> Mapping[str, str]:
    """Read a table with the columns `id` and `handin`; others are passed over.

    Args:
        text: of the file, CSV with commas, semicolons or tabs.
        name: of the file, for messages.

    Returns:
        The ids by the names of the hand-ins.

    Raises:
        UsageError: a column is missing, a line is not whole, or a hand-in or an id stands twice.
    """
    text = text.removeprefix("\ufeff")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    ids: dict[str, str] = {}
    lines: dict[tuple[str, str], int] = {}
    try:
        columns = [column.strip().lower() for column in next(reader, [])]
        if ID not in columns or HANDIN not in columns:
            raise UsageError(
                f"The roster {quote(name)} needs the columns 'id' and 'handin' in its first line, "
                f"and has {quote_some(columns) or 'none'}. Name them there."
            )
        for cells in reader:
            row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
            one, handin = row.get(ID, ""), row.get(HANDIN, "")
            if not one and not handin:
                continue
            if not one or not handin:
                raise UsageError(
                    f"Line {reader.line_num} of the roster {quote(name)} has an id or a handin "
                    "only. Fill both in, or delete the line."
                )
            for column, value in ((ID, one), (HANDIN, handin)):
                before = lines.setdefault((column, value), reader.line_num)
                if before != reader.line_num:
                    raise UsageError(
                        f"The roster {quote(name)} has the {column} {quote(value)} in line "
                        f"{before} and in line {reader.line_num}. Delete one of the two lines."
                    )
            ids[handin] = one
    except csv.Error as error:
        raise UsageError(
            f"The roster {quote(name)} cannot be read in line {reader.line_num}: {error}. "
            "Save it as CSV, UTF-8."
        ) from error
    return MappingProxyType(ids)
