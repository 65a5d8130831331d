"""Reads a table of answers, and gives credit by cells, by rows, or for the whole of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from grader.checks.answer_forms import Form, Judged, shown
from grader.checks.answer_reading import UnreadableError, WrongFormError
from grader.checks.answer_sheet import Key, is_empty, normal_key

Credit = Literal["whole", "rows", "cells"]
Rows = list[list[Any]]

LONGEST: Final = 4000  # characters of a table that is written as text
CELLS_AT_MOST: Final = 1000
_NAUGHT: Final = (0, "0")
_RULE: Final = re.compile(r"[\s|+:=-]*[-=]{2,}[\s|+:=-]*")
_BETWEEN_CELLS: Final = (r"\s*[|\t&]\s*", r"\s*[,;]\s+", r"\s*[,;]\s*", r"\s+")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one form of cells.

    Attributes:
        right: the tables that are right, each cell with the form that it is judged by.
        names: of the rows, each with its spellings; empty where rows are told by their order.
        credit: what a table that is right in part is worth: its share of right cells, of rows that
            are wholly right, or nothing.
    """

    right: tuple[tuple[tuple[Form, ...], ...], ...]
    names: tuple[tuple[str, ...], ...] = ()
    credit: Credit = "whole"

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.right[0])

    @property
    def columns(self) -> int:
        """The number of columns."""
        return len(self.right[0][0])

    @property
    def asks(self) -> str:
        """Names the form for people, with an example."""
        return (
            f"a table of {_count(self.rows, 'row')} with {_count(self.columns, 'column')}, such as "
            "[[1, 2], [3, 4]]"
        )

    def judge(self, value: Any, rng: np.random.Generator) -> Judged:
        """Compares with every right table and takes the one that fits best; see `Form.judge`."""
        table = self._without_blanks(self.read(value))
        sizes = {len(row) for row in table}
        if len(table) != self.rows or sizes != {self.columns}:
            raise WrongFormError(self._misfit(table, sizes))
        best: tuple[float, list[tuple[int, int]]] = (-1.0, [])
        for right in self.right:
            wrong = [
                (row, column)
                for row, forms in enumerate(right)
                for column, form in enumerate(forms)
                if not self._is_right(table, row, column, form, rng)
            ]
            best = max(
                best, (self._credit(wrong), wrong), key=lambda each: (each[0], -len(each[1]))
            )
        credit, wrong = best
        if not wrong:
            return Judged(1.0)
        row, column = wrong[0]
        every = self.rows * self.columns
        where = f"row {row + 1}, column {column + 1}"
        if self.names:
            where = self.names[row][0] + (f", column {column + 1}" if self.columns > 1 else "")
        cell = table[row][column]
        has = "is empty" if is_empty(cell) else f"has {shown(cell)}"
        return Judged(
            credit,
            f"{len(wrong)} of {every} cells {_is(len(wrong))} wrong; the first, {where}, {has}.",
        )

    def read(self, value: Any) -> Rows:
        """Finds rows and cells.

        Raises:
            UnreadableError: there is no table in it.
        """
        if isinstance(value, Mapping):
            return self._of_mapping(value)
        if isinstance(value, str):
            return self._in_order(self._of_text(value))
        if isinstance(value, Sequence) and value:
            return self._in_order(self._of_list(value))
        raise UnreadableError("It is no table.")

    def _without_blanks(self, table: Rows) -> Rows:
        """Drops rows of nothing or zeros, as of layers without weights, of a table too long."""
        kept = [row for row in table if not all(is_empty(cell) or cell in _NAUGHT for cell in row)]
        return kept if len(table) > self.rows == len(kept) else table

    def _credit(self, wrong: Sequence[tuple[int, int]]) -> float:
        if self.credit == "cells":
            return 1 - len(wrong) / (self.rows * self.columns)
        if self.credit == "rows":
            return 1 - len({row for row, _ in wrong}) / self.rows
        return float(not wrong)

    def _is_right(
        self, table: Rows, row: int, column: int, form: Form, rng: np.random.Generator
    ) -> bool:
        cell = table[row][column]
        if is_empty(cell):
            return False
        try:
            return form.judge(cell, rng).credit == 1
        except WrongFormError:
            return False
        except UnreadableError as error:
            raise UnreadableError(f"In row {row + 1}, column {column + 1}: {error}") from None

    def _misfit(self, table: Rows, sizes: set[int]) -> str:
        columns = _count(sizes.pop(), "column") if len(sizes) == 1 else "columns of unlike number"
        swapped = len(table) == self.columns and all(len(row) == self.rows for row in table)
        turned = " Rows and columns are exchanged." if swapped and self.rows != self.columns else ""
        return (
            f"It has {_count(len(table), 'row')} with {columns} where {_count(self.rows, 'row')} "
            f"with {_count(self.columns, 'column')} are asked for.{turned}"
        )

    def _of_mapping(self, value: Mapping[Any, Any]) -> Rows:
        if len(value) > CELLS_AT_MOST:
            raise UnreadableError(f"It has {len(value)} rows; at most {CELLS_AT_MOST} are read.")
        if not self.names:
            return [self._cells(item) for item in value.values()]
        known = self._by_name()
        found = {
            known[key]: item for name, item in value.items() if (key := normal_key(name)) in known
        }
        if not found:
            raise UnreadableError(f"None of its rows has a name such as {self.names[0][0]!r}.")
        return [
            self._cells(found[number]) if number in found else [None] * self.columns
            for number in range(self.rows)
        ]

    def _of_list(self, value: Sequence[Any]) -> Rows:
        if len(value) > CELLS_AT_MOST:
            raise UnreadableError(f"It has {len(value)} rows; at most {CELLS_AT_MOST} are read.")
        if any(isinstance(item, (list, tuple)) for item in value):
            return [self._row(item) for item in value]
        if (
            self.columns == 1
            and not self.names
            and all(isinstance(item, Mapping) and len(item) == 1 for item in value)
        ):
            return [self._row(item) for item in value]  # each row below its name
        if any(isinstance(item, Mapping) for item in value):
            raise UnreadableError("It is a list of mappings.")
        if self.rows > 1 and len(value) == self.rows:
            return [self._row(item) for item in value]
        if len(value) == self.rows * self.columns:  # row by row, without an end of rows
            flat = list(value)
            return [flat[at : at + self.columns] for at in range(0, len(flat), self.columns)]
        return [list(value)] if self.columns > 1 else [[item] for item in value]

    def _of_text(self, value: str) -> Rows:
        if len(value) > LONGEST:
            raise UnreadableError(f"It has {len(value)} characters; at most {LONGEST} are read.")
        text = re.sub(r"\\(?:begin|end)\{\w+\*?\}|\\hline|\$", "", value)
        text = re.sub(r"\\\\|[\])}]\s*,?", "\n", text)
        lines = [line.strip(" \t\r[](){}|,;&") for line in text.splitlines()]
        lines = [line for line in lines if line and not _RULE.fullmatch(line)]
        if len(lines) == 1 and self.rows > 1:
            lines = self._in_one_line(lines[0])
        return [self._row(line) for line in lines]

    def _in_one_line(self, line: str) -> list[str]:
        """Splits a line into rows; such of one cell may have other signs between them."""
        betweens = (";", *_BETWEEN_CELLS) if self.columns == 1 else (";",)
        ways = [[row for row in re.split(each, line) if row.strip()] for each in betweens]
        found = next((rows for rows in ways if len(rows) == self.rows), ways[0])
        return [row.strip() for row in found]

    def _row(self, value: Any) -> list[Any]:
        """Splits a row into its cells, and its name where it begins with one."""
        if self.names and isinstance(value, str):
            known = self._by_name()
            for cells in self._named(value):
                if len(cells) == self.columns + 1 and normal_key(cells[0]) in known:
                    return cells
        return self._cells(value)

    def _cells(self, value: Any) -> list[Any]:
        if isinstance(value, Mapping):
            return list(value.values())[:CELLS_AT_MOST]
        if isinstance(value, (list, tuple)):
            return list(value[:CELLS_AT_MOST])
        if not isinstance(value, str):
            return [value]
        if self.columns == 1:
            return [value]
        ways = [re.split(between, value.strip(" |")) for between in _BETWEEN_CELLS]
        return next((cells for cells in ways if len(cells) == self.columns), ways[-1])

    def _named(self, line: str) -> Iterator[list[Any]]:
        """Splits a line that begins with its row's name, which may have spaces, in several ways."""
        yield re.split(_BETWEEN_CELLS[0], line)
        name, sign, rest = re.split(r"([:=]|$)", line, maxsplit=1)
        if sign and self.columns > 1:
            yield [name, *re.split(r"\s*[,;]\s+|\s+", rest.strip())]
        elif sign:
            yield [name, rest.strip()]
        yield line.rsplit(None, self.columns)

    def _in_order(self, table: Rows) -> Rows:
        """Puts rows that begin with their names into the order of the names."""
        if not self.names or not any(len(row) == self.columns + 1 for row in table):
            return table
        known = self._by_name()
        found = {
            known[key]: row[1:] for row in table if row and (key := normal_key(row[0])) in known
        }
        if not found:
            return table
        return [found.get(number, [None] * self.columns) for number in range(self.rows)]

    def _by_name(self) -> dict[Key, int]:
        return {
            normal_key(spelling): number
            for number, spellings in enumerate(self.names)
            for spelling in spellings
        }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
