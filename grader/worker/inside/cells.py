"""Where a line of a module stands in what was handed in: in a file, or in a cell of a notebook.

A notebook comes as one source: its code cells one after the other, each below a line that names it,
such as `# %% cell 14 of hw2.ipynb`. Inside the grader a place is a line of that source. Students
are told the cell, and the line within it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

MARKER: Final = re.compile(r"^# %% cell (\d{1,6}) of ([^\n]{1,200}\.ipynb)$", re.MULTILINE)
_CELL: Final = re.compile(r"(.*), (cell \d+)")
_PLAIN: Final = re.compile(r"[\w./-]{1,120}")
_NEWLINES: Final = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Places:
    """Turns lines of a module into places.

    Attributes:
        filename: of the module, below the root.
        cells: line of its marker and name of each cell, such as `hw2.ipynb, cell 14`, in order;
            none where the module is a file.
    """

    filename: str
    cells: tuple[tuple[int, str], ...] = ()

    def at(self, line: int) -> tuple[str, int]:
        """Returns the file, or notebook and cell, and the line in it; for 0 the title and 0.

        >>> Places("hw2.py", ((1, "hw2.ipynb, cell 3"), (7, "hw2.ipynb, cell 14"))).at(10)
        ('hw2.ipynb, cell 14', 3)
        """
        if not line:
            return " and ".join(self._files()), 0
        index = bisect_right(self.cells, line, key=lambda cell: cell[0]) - 1
        if index < 0:
            return self.filename, line
        first, name = self.cells[index]
        return name, line - first

    def line_of(self, file: str, line: int) -> int | None:
        """Returns the module's line of a place; nothing where the place is not of this module."""
        if file == self.filename:
            return line
        return next((first + line for first, name in self.cells if name == file), None)

    def text(self, line: int) -> str:
        """Writes a place out, such as `hw2.ipynb, cell 14, line 3`."""
        file, within = self.at(line)
        match = _CELL.fullmatch(file)
        shown = f"{_quoted(match[1])}, {match[2]}" if match else _quoted(file)
        return f"{shown}, line {within}" if within else shown

    def short(self, line: int) -> str:
        """Writes a place out without the name of the file, such as `cell 14, line 3`."""
        file, within = self.at(line)
        match = _CELL.fullmatch(file)
        return f"{match[2]}, line {within}" if match else f"line {within}"

    @property
    def title(self) -> str:
        """What the student knows the module by: its file, or the notebooks that it is made of."""
        return " and ".join(map(_quoted, self._files()))

    def _files(self) -> list[str]:
        found = (_CELL.fullmatch(name) for _, name in self.cells)
        return list(dict.fromkeys(match[1] for match in found if match)) or [self.filename]


def _quoted(name: str) -> str:
    """Quotes a name that could pass for words of ours."""
    return name if _PLAIN.fullmatch(name) else repr(name[:120])


@dataclass(frozen=True)
class Part:
    """What is parsed in one go.

    Attributes:
        name: of the file or of the cell.
        before: lines of the module before its first one.
    """

    name: str
    before: int
    text: str


def is_notebook(source: bytes | str) -> bool:
    """Says whether a source is a notebook's cells."""
    start = source[:400]
    text = start.decode("utf-8", "replace") if isinstance(start, bytes) else start
    return MARKER.match(text.replace("\r", "\n").partition("\n")[0]) is not None


def split(text: str, filename: str) -> tuple[tuple[Part, ...], Places]:
    """Takes a source apart into the cells of a notebook; a file is one part."""
    if not is_notebook(text):
        return (Part(filename, 0, text),), Places(filename)
    lines = _NEWLINES.sub("\n", text).split("\n")
    found = [(at, match) for at, line in enumerate(lines, 1) if (match := MARKER.match(line))]
    ends = [at - 1 for at, _ in found[1:]] + [len(lines)]
    parts = tuple(
        Part(f"{match[2]}, cell {match[1]}", at, "\n".join(lines[at:end]))
        for (at, match), end in zip(found, ends, strict=True)
    )
    return parts, Places(filename, tuple((part.before, part.name) for part in parts))
