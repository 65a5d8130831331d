"""Summaries as a CSV table in which no cell is a formula.

Spreadsheets compute a cell that begins like a formula, and a student can name a hand-in so. Such a
text gets an apostrophe, which spreadsheets take for "this is text". All texts are quoted, since a
spreadsheet may split at other marks than the comma; what follows such a mark is treated alike.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import astuple, fields
from decimal import Decimal

from grader.plain_text import clean_text
from grader.report.summary import Summary
from grader.report.wording import points_text

CELL_CHARS = 500

# The wide forms of the four signs are formulas to some spreadsheets too.
_FORMULA = re.compile(r'(?:^|(?<=[,;|"]))(?=\s*[=+\-@＝＋－＠]|[\t\r\n])')
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def csv_table(summaries: Sequence[Summary]) -> str:
    """Write a table: a line of column names, then a line for each report."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow([column.name for column in fields(Summary)])
    writer.writerows([_cell(value) for value in astuple(one)] for one in summaries)
    return stream.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return Decimal(points_text(value))  # a number, and so without quotes
    return safe_text(str(value))


def safe_text(text: str) -> str:
    """Make a text safe in a cell.

    >>> safe_text("=1+1"), safe_text("-12.5"), safe_text("Doe; @now")
    ("'=1+1", '-12.5', "Doe;' @now")
    """
    if _NUMBER.fullmatch(text):
        return text
    return clean_text(_FORMULA.sub("'", text), CELL_CHARS)
