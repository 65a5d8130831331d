"""Finds the lines of a hand-in that a message is about, to show them beside it.

A message names a place as `layers.py, line 12` or `hw2.ipynb, cell 14, line 3`; where it names
none, the definition of the criterion's subject is looked for. Nothing is parsed: a hand-in that is
no Python has lines all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from grader.plain_text import clean_text, place_text

FILE_BYTES: Final = 200_000  # of a larger file nothing is shown
FILES: Final = 500
LINE_CHARS: Final = 200
AROUND: Final = 4  # lines before the one concerned, and as many after it
BODY_LINES: Final = 16  # of a definition, below its head and its docstring
HEAD_LINES: Final = 6

_CELL = re.compile(r", cell \d+\Z")
_QUOTES = re.compile(r'\s*[rRuUbB]{0,2}("""|\'\'\')')


class _Cell(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def source(self) -> str: ...


class _Notebook(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def module(self) -> str: ...
    @property
    def cells(self) -> Sequence[Any]: ...


class HandInSources(Protocol):
    """The part of a hand-in that excerpts are taken from; see `grader.handin.HandIn`."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Source files by path."""

    @property
    def notebooks(self) -> Sequence[Any]:
        """Notebooks with their cells."""


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One line of an excerpt.

    Attributes:
        number: from 1.
        text: cleaned, without its end.
        marked: it is the one that the message is about.
        after_gap: lines before it are left out.
    """

    number: int
    text: str
    marked: bool = False
    after_gap: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of one file or cell.

    Attributes:
        place: as messages name it, such as `layers.py, line 12`.
        lines: in order, at least one.
        exact: the message named the place; else it is the definition of the subject.
    """

    place: str
    lines: tuple[ExcerptLine, ...]
    exact: bool


def sources_of(handin: HandInSources) -> dict[str, str]:
    """Gives the text of a hand-in's Python files and code cells, by the names that messages use.

    What is no UTF-8 is replaced, and what would hide or move text becomes a visible escape. Files
    and cells above `FILE_BYTES` are left out, and those beyond the first `FILES`.
    """
    named: dict[str, bytes] = {}
    modules = set()
    for notebook in handin.notebooks:
        modules.add(notebook.module)
        for name, source in _cells(notebook):
            named.setdefault(name, source)
    for path, content in handin.files.items():
        if path not in modules:  # what is made of a notebook is shown as its cells
            named.setdefault(place_text(path), content)
    fitting = [(name, text) for name, text in named.items() if len(text) <= FILE_BYTES]
    return {name: _text(content) for name, content in fitting[:FILES]}


def excerpt_at(message: str, sources: Mapping[str, str]) -> Excerpt | None:
    """Cuts out the lines around the last place that a message names; `None` where it names none.

    The last one, because a traceback ends where the error was raised.
    """
    found: tuple[int, str, int] | None = None
    named = [name for name in sources if f"{name}, line " in message]
    for name in sorted(named, key=len, reverse=True):
        for at, line in _mentions(message, name):
            if found is None or at > found[0]:
                found = at, name, line
    if found is None:
        return None
    _, name, number = found
    lines = _lines(sources[name])
    if not 1 <= number <= len(lines):
        return None
    shown = range(max(1, number - AROUND), min(len(lines), number + AROUND) + 1)
    return Excerpt(
        _place(name, number),
        tuple(ExcerptLine(at, _cut(lines[at - 1]), marked=at == number) for at in shown),
        exact=True,
    )


def excerpt_of(subject: str, sources: Mapping[str, str]) -> Excerpt | None:
    """Cuts out the definition of a subject: its head and the first lines below its docstring.

    Args:
        subject: dotted path, such as `classifiers.cnn.ThreeLayerConvNet.loss`.
        sources: see `sources_of`.
    """
    parts = subject.split(".")
    for length in range(len(parts) - 1, 0, -1):
        name = place_text("/".join(parts[:length]) + ".py")
        if name in sources:
            return _definition(name, sources[name], parts[length:])
    for name in reversed([each for each in sources if _CELL.search(each)]):
        found = _definition(name, sources[name], parts[1:]) if parts[1:] else None
        if found is not None:
            return found
    return None


def _mentions(message: str, name: str) -> Iterator[tuple[int, int]]:
    """Gives where a message names a file or cell, and the number of the line."""
    pattern = rf"(?<![\w/.\-]){re.escape(name)}, line (\d{{1,7}})(?!\d)"
    for found in re.finditer(pattern, message):
        yield found.start(), int(found[1])


def _definition(name: str, text: str, path: Sequence[str]) -> Excerpt | None:
    lines = _lines(text)
    at, begin, indent = -1, 0, -1
    for part in path:
        head = re.compile(rf"(\s*)(?:async\s+def|def|class)\s+{re.escape(part)}\b")
        found = [
            (number, len(match[1]))
            for number, line in enumerate(lines)
            if number >= begin and (match := head.match(line)) and len(match[1]) > indent
        ]
        if not found:
            break
        # Of two definitions side by side the later counts.
        at, indent = next(each for each in reversed(found) if each[1] == min(i for _, i in found))
        begin = at + 1
    if at < 0:
        return None
    head_ends = _end_of_head(lines, at)
    body = _below_docstring(lines, head_ends + 1)
    last = body
    while last < len(lines) and last < body + BODY_LINES:
        if lines[last].strip() and _indent(lines[last]) <= indent:
            break
        last += 1
    while last > body and not lines[last - 1].strip():
        last -= 1
    numbers = [*range(at, head_ends + 1), *range(body, last)]
    return Excerpt(
        _place(name, at + 1),
        tuple(
            ExcerptLine(each + 1, _cut(lines[each]), after_gap=each == body != head_ends + 1)
            for each in numbers
        ),
        exact=False,
    )


def _end_of_head(lines: Sequence[str], at: int) -> int:
    for number in range(at, min(at + HEAD_LINES, len(lines))):
        if lines[number].split("#")[0].rstrip().endswith(":"):
            return number
    return at


def _below_docstring(lines: Sequence[str], at: int) -> int:
    opened = _QUOTES.match(lines[at]) if at < len(lines) else None
    if opened is None:
        return at
    rest = lines[at][opened.end() :]
    for number in range(at, len(lines)):
        if opened[1] in (rest if number == at else lines[number]):
            return number + 1
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _cells(notebook: _Notebook) -> Iterator[tuple[str, bytes]]:
    name = clean_text(notebook.name, LINE_CHARS)
    for cell in notebook.cells:
        if cell.kind == "code":
            source = cell.source.encode(errors="replace")
            yield place_text(f"{name}, cell {cell.number}"), source


def _text(content: bytes) -> str:
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return clean_text(text, FILE_BYTES, keep_lines=True)


def _place(name: str, number: int) -> str:
    return f"{clean_text(name, LINE_CHARS)}, line {number}"


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _cut(line: str) -> str:
    return clean_text(line.replace("\t", "    "), LINE_CHARS)
