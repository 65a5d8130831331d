"""A CSV file in which single cells are changed and every other character stays as it was.

A learning platform reads back only what it wrote itself, and a table that is read and written
again loses how its cells were quoted. So a cell is replaced where it stands in the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from grader.errors import UsageError

DELIMITERS: Final = ",;\t"
MARK: Final = "\ufeff"  # a byte order mark


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it says, where it stands in the text, and whether it is quoted."""

    value: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it stands in its file.

    Attributes:
        text: the whole file, with its byte order mark and line ends.
        delimiter: what parts the cells of a row.
        rows: the first holds the names of the columns.
    """

    text: str
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(cell.value.strip() for cell in self.rows[0])

    def value(self, row: int, column: int) -> str:
        """Give what a cell says; empty where the row is too short to have it."""
        cells = self.rows[row]
        return cells[column].value.strip() if column < len(cells) else ""

    def filled(self, values: Mapping[tuple[int, int], str]) -> str:
        """Write the file with other values in some cells.

        A cell is quoted if it was, or if its new value needs it.

        Args:
            values: by row and column; each cell must be there.
        """
        text, pieces, at = self.text, [], 0
        for (row, column), value in sorted(values.items()):
            cell = self.rows[row][column]
            pieces += [text[at : cell.start], self._written(value, cell.quoted)]
            at = cell.end
        return "".join([*pieces, text[at:]])

    def _written(self, value: str, quoted: bool) -> str:
        if quoted or any(mark in value for mark in (self.delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def read_sheet(text: str, name: str) -> Sheet:
    """Read a table; its delimiter is the one that parts its first line most often.

    Args:
        text: of the file, read without changing its line ends.
        name: of the file as a message shows it, quoted.

    Raises:
        UsageError: it is empty, or a quoted cell has no end.
    """
    start = len(MARK) if text.startswith(MARK) else 0
    head = text[start:].partition("\n")[0]
    if not head.strip():
        raise UsageError(
            f"The sheet {name} has no names of columns in its first line. Give the file as it was "
            "downloaded."
        )
    delimiter = max(DELIMITERS, key=head.count)
    return Sheet(text, delimiter, tuple(_rows(text, start, delimiter, name)))


def _rows(text: str, at: int, delimiter: str, name: str) -> Sequence[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    while at < len(text) or row:
        cell = _cell(text, at, delimiter, name, len(rows) + 1)
        row.append(cell)
        at = cell.end
        if text[at : at + 1] == delimiter:
            at += 1
            continue
        at += 2 if text.startswith("\r\n", at) else 1
        rows.append(tuple(row))
        row = []
    return rows


def _cell(text: str, start: int, delimiter: str, name: str, row: int) -> Cell:
    ends = delimiter + "\r\n"
    at, value, quoted = start, "", text.startswith('"', start)
    while quoted:  # each turn up to the next quotation mark, of which two stand for one
        close = text.find('"', at + 1)
        if close < 0:
            raise UsageError(
                f"The sheet {name} cannot be read: a quoted cell in row {row} has no end. Give the "
                "file as it was downloaded."
            )
        value += text[at + 1 : close]
        at = close + 1
        if not text.startswith('"', at):
            break
        value += '"'
    end = at
    while end < len(text) and text[end] not in ends:
        end += 1
    return Cell(value + text[at:end], start, end, quoted)
