"""Takes out of a hand-in what belongs to one question, for a person to read.

Nothing is run and nothing is parsed as Python; how much is shown is bounded.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from grader.handin import HandIn
from grader.handin.notebook import Cell, Notebook
from grader.plain_text import clean_text, quote

SHOWN_CHARS = 4_000
LINE_CHARS = 300  # of a line that a pattern is held against
NO_HEADING = 7  # one more than the levels of headings that there are

_HEADING = re.compile(r" {0,3}(#{1,6})(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Shows:
    """What is shown of a hand-in.

    Attributes:
        report: whether its report is named.
        cells: a regular expression for the first of the cells; empty for none.
        notebook: pattern of the names of the notebooks that `cells` are looked for in; empty for
            all.
        answers: key in the answer sheet; empty for none.
        code: dotted path of a function or class; empty for none.
    """

    report: bool = False
    cells: str = ""
    notebook: str = ""
    answers: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a hand-in, and where it stands."""

    where: str
    text: str


def excerpts(handin: HandIn, shows: Shows) -> Iterator[Excerpt]:
    """Yields all that a hand-in has of what is to be shown."""
    if shows.report:
        yield from _reports(handin)
    if shows.cells:
        for notebook in _notebooks(handin, shows):
            yield from _cells(notebook, re.compile(shows.cells))
    if shows.answers:
        found = _answer(handin, shows.answers)
        if found is not None:
            yield Excerpt(f"answer {shows.answers}", _text(found))
    if shows.code:
        yield from _code(handin, shows.code)


def missing(handin: HandIn, shows: Shows) -> str:
    """Says what of all this the hand-in has not; empty where it has all."""
    said = []
    if shows.report and not any(_reports(handin)):
        said.append("The hand-in has no PDF.")
    if shows.cells:
        pattern, among = re.compile(shows.cells), tuple(_notebooks(handin, shows))
        called = f" like {quote(shows.notebook)}" if shows.notebook else ""
        if not among:
            said.append(f"It has no notebook{' with a name' if called else ''}{called}.")
        elif not any(True for one in among for _ in _cells(one, pattern)):
            said.append(
                f"No text cell of its notebooks{called} has a line like {quote(shows.cells)}."
            )
    if shows.answers and _answer(handin, shows.answers) is None:
        said.append(f"The answer sheet has nothing for {quote(shows.answers)}.")
    if shows.code and not any(_code(handin, shows.code)):
        said.append(f"The hand-in has no {shows.code}.")
    return " ".join(said)


def bounded(found: Iterable[Excerpt]) -> tuple[Excerpt, ...]:
    """Cleans excerpts, and cuts them where they get longer than a person reads at a time."""
    kept: list[Excerpt] = []
    left = SHOWN_CHARS
    for excerpt in found:
        where = clean_text(excerpt.where, 200)
        if left <= 0:
            kept.append(Excerpt(where, "(more than is shown here; see the hand-in)"))
            break
        # Escapes of what is hidden make a text longer, so the room is taken from what is written.
        text = clean_text(excerpt.text, left, keep_lines=True)
        if len(text) > left + 40:
            text = text[:left] + "… (cut)"
        kept.append(Excerpt(where, text))
        left -= len(text) + len(where)
    return tuple(kept)


def _reports(handin: HandIn) -> Iterator[Excerpt]:
    for document in handin.documents:
        if document.format != "pdf" and not document.path.lower().endswith(".pdf"):
            continue
        pages = f"{document.pages} page{'' if document.pages == 1 else 's'}, "
        size = f"{pages if document.pages else ''}{document.size_bytes:,} bytes"
        whole = "" if document.whole else "; it has no end, as after an upload that was cut short"
        odd = "" if document.format == "pdf" else "; by its first bytes it is no PDF"
        yield Excerpt(document.path, f"{size}{odd}{whole}")


def _notebooks(handin: HandIn, shows: Shows) -> Iterator[Notebook]:
    pattern = shows.notebook.casefold()
    for notebook in handin.notebooks:
        if not pattern or fnmatch.fnmatchcase(notebook.name.casefold(), pattern):
            yield notebook


def _cells(notebook: Notebook, pattern: re.Pattern[str]) -> Iterator[Excerpt]:
    """Yields the cells of each section that begins with a line of the pattern."""
    level = 0  # of the section that is shown; none yet
    for cell in notebook.cells:
        if cell.kind == "markdown":
            begun = _begins(cell, pattern)
            if begun:
                level = begun
            elif level and (found := _headings(cell)) and min(found) <= level:
                level = 0
        if level:
            shown = _cell_text(cell)
            if shown:
                yield Excerpt(f"{notebook.name}, cell {cell.number}", shown)


def _begins(cell: Cell, pattern: re.Pattern[str]) -> int:
    """Gives the level of the section that a cell begins by matching; 0 where it does not."""
    level = 0
    for line in cell.source.splitlines():
        heading = _HEADING.match(line)
        level = len(heading[1]) if heading else level
        if pattern.search(line[:LINE_CHARS]):
            return level or NO_HEADING
    return 0


def _headings(cell: Cell) -> list[int]:
    return [len(found[1]) for line in cell.source.splitlines() if (found := _HEADING.match(line))]


def _cell_text(cell: Cell) -> str:
    parts = [cell.source.strip()]
    if cell.text.strip():
        parts.append(f"printed: {cell.text.strip()}")
    if cell.pictures:
        parts.append(f"drawn: {len(cell.pictures)} picture{'' if len(cell.pictures) == 1 else 's'}")
    if cell.error:
        parts.append(f"ended with {cell.error}")
    return "\n".join(part for part in parts if part)


def _answer(handin: HandIn, key: str) -> Any:
    """Finds an answer by its whole key, or by the keys inside one another that dots part."""
    if key in handin.answers:
        return handin.answers[key]
    found: Any = handin.answers
    for part in key.split("."):
        if not hasattr(found, "keys") or part not in found:
            return None
        found = found[part]
    return found


def _text(answer: Any) -> str:
    return (
        answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, default=str)
    )


def _code(handin: HandIn, subject: str) -> Iterator[Excerpt]:
    """Yields a definition by its indentation: the line that names it, and what is below it."""
    parts = subject.split(".")
    name = parts[-1]
    modules = ("/".join(parts[:length]) + ".py" for length in range(len(parts) - 1, 0, -1))
    path = next((module for module in modules if module in handin.files), "")
    if not path:
        return
    source = handin.files[path]
    named = re.compile(rf"(\s*)(?:async +def|def|class) +{re.escape(name)}\b")
    lines = source.decode("utf-8", "replace").splitlines()
    for at, line in enumerate(lines):
        found = named.match(line)
        if found is None:
            continue
        end = at + 1
        while end < len(lines) and _is_inside(lines[end], len(found[1])):
            end += 1
        yield Excerpt(f"{path}, line {at + 1}", "\n".join(lines[at:end]).rstrip())


def _is_inside(line: str, indent: int) -> bool:
    """Tells whether a line belongs to a definition: deeper, empty, or the end of its brackets."""
    text = line.lstrip()
    return not text or len(line) - len(text) > indent or text.startswith(")")
