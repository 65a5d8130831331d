"""Reads a hand-in's notebooks and answer sheet, one after the other, so that one fits in memory.

It knows neither where the bytes come from nor what the notebooks are for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.errors import HandInError
from grader.handin.answers import SheetMistake, decoded, marked_cell, quoted_place, read_answers
from grader.handin.model import IntakeLimits, Listing
from grader.handin.notebook import Notebook
from grader.handin.notebook_cells import cells_of
from grader.handin.notebook_json import Unreadable, parse
from grader.plain_text import quote


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read.

    Attributes:
        notebooks: Paths, those that count most first.
        sheet: Path of the answer sheet; empty where there is none.
        marked: Whether a notebook's cell may stand in for it.
    """

    notebooks: tuple[str, ...] = ()
    sheet: str = ""
    marked: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them, the sheet last."""
        return (*self.notebooks, self.sheet) if self.sheet else self.notebooks


@dataclass(frozen=True, slots=True)
class Documents:
    """What was read.

    Attributes:
        notebooks: Those that could be read, in the order asked for.
        refused: A sentence for each of the others, by path.
        answers: Of the sheet, or of the cell that stands in for it.
        notes: Where the answers are, if not in the sheet, or why there are none.
    """

    notebooks: tuple[Notebook, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


DocumentReader = Callable[[Listing, Wanted, IntakeLimits], Documents]


def read_here(listing: Listing, wanted: Wanted, limits: IntakeLimits) -> Documents:
    """Reads in this process."""
    return read_documents(listing.read_other, wanted, limits)


def read_documents(
    read: Callable[[str, int], bytes], wanted: Wanted, limits: IntakeLimits
) -> Documents:
    """Reads notebooks and answers; what is wrong with one is part of what it returns.

    Args:
        read: Gives the bytes of a path, at most so many; raises HandInError.
        wanted: Says which.
        limits: Bounds on sizes.
    """
    notebooks: list[Notebook] = []
    refused: dict[str, str] = {}
    for path in wanted.notebooks:
        try:
            notebooks.append(_notebook(path, read, limits))
        except HandInError as error:
            refused[path] = error.message
        except Unreadable as error:
            refused[path] = f"{quote(path)} {error}"
        except MemoryError:
            refused[path] = (
                f"{quote(path)} needs more memory than there is for reading it. Clear the outputs "
                "that are not asked for, save it, and hand that in."
            )
    answers, notes = _answers(read, wanted, notebooks, limits)
    return Documents(tuple(notebooks), refused, answers, notes)


def reader_within(outer: Listing, at: str, inner: Listing, read: DocumentReader) -> DocumentReader:
    """Makes a reader of documents for what `within` gives of a folder.

    Args:
        outer: The folder, with no notebooks.
        at: Path of the archive in it.
        inner: What the archive holds.
        read: Reads documents of either.
    """
    prefix = f"{at}/"

    def read_both(_: Listing, wanted: Wanted, limits: IntakeLimits) -> Documents:
        notebooks = tuple(path.removeprefix(prefix) for path in wanted.notebooks)
        is_beside = bool(wanted.sheet) and not wanted.sheet.startswith(prefix)
        sheet = "" if is_beside else wanted.sheet.removeprefix(prefix)
        asked = Wanted(notebooks, sheet, wanted.marked and not is_beside)
        found = read(inner, asked, limits) if asked.paths else Documents()
        beside = read(outer, Wanted(sheet=wanted.sheet), limits) if is_beside else Documents()
        return Documents(
            tuple(replace(each, path=prefix + each.path) for each in found.notebooks),
            {prefix + path: why for path, why in found.refused.items()},
            beside.answers or found.answers,
            (*found.notes, *beside.notes),
        )

    return read_both


def _notebook(path: str, read: Callable[[str, int], bytes], limits: IntakeLimits) -> Notebook:
    # Nothing here keeps the bytes, which may be many, while they are taken apart.
    plain = parse(read(path, limits.max_notebook_bytes))
    return Notebook(path, cells_of(plain), language=plain.language)


def _answers(
    read: Callable[[str, int], bytes],
    wanted: Wanted,
    notebooks: Sequence[Notebook],
    limits: IntakeLimits,
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    if wanted.sheet:
        place = quote(wanted.sheet)
        try:
            return read_answers(decoded(read(wanted.sheet, limits.max_answers_bytes))), ()
        except SheetMistake as error:
            return {}, (quoted_place(place, error),)
        except HandInError as error:
            return {}, (error.message,)
    for notebook in notebooks if wanted.marked else ():
        found = marked_cell(notebook.cells)
        if found is None:
            continue
        number, text = found
        place = f"{quote(notebook.path)}, cell {number}"
        try:
            return read_answers(text), (f"The answers were read from {place}.",)
        except SheetMistake as error:
            return {}, (quoted_place(place, error),)
    return {}, ()
