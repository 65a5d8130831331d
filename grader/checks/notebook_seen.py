"""What a check of a notebook saw, and the words for where it saw that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from grader.checks.notebook_cells import Reading
from grader.handin.notebook import Cell
from grader.plain_text import quote
from grader.records import EMPTY

SAID_AT_MOST: Final = 8  # cells, names or numbers in one sentence

Chosen = Sequence[tuple[Reading, Cell]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw.

    Attributes:
        credit: 0 to 1.
        message: what is wrong; empty where nothing is.
        open: whether nothing was found that could be judged, so that a person has to look.
    """

    credit: float
    message: str = ""
    evidence: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    open: bool = False


def named(reading: Reading, cell: Cell) -> str:
    """Names a cell."""
    return f"{quote(reading.notebook.name)}, cell {cell.number},"


def all_named(chosen: Chosen) -> str:
    """Names the cells that were picked."""
    numbers: dict[str, list[str]] = {}
    for reading, cell in chosen:
        numbers.setdefault(quote(reading.notebook.name), []).append(str(cell.number))
    return " or ".join(
        f"{name}, cell {only}," if not more else f"{name}, cells {listed([only, *more])},"
        for name, (only, *more) in numbers.items()
    )


def listed(numbers: Sequence[str]) -> str:
    """Lists names or numbers, the first ones of many."""
    if len(numbers) == 1:
        return numbers[0]
    rest = len(numbers) - SAID_AT_MOST
    *first, last = [*numbers[:SAID_AT_MOST], f"{rest} more"] if rest > 0 else numbers
    return f"{', '.join(first)} and {last}"


def some(what: Sequence[str]) -> str:
    """Joins clauses, the first ones of many."""
    more = f"; and {len(what) - SAID_AT_MOST} more" if len(what) > SAID_AT_MOST else ""
    return "; ".join(what[:SAID_AT_MOST]) + more
