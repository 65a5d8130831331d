"""A notebook as it was handed in: its cells with what they showed, as frozen values.

What a cell showed is evidence and no proof: anybody can write it into the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

TEXT_CHARS: Final = 20_000  # of what a cell showed, and of prose; its beginning and its end
SOURCE_CHARS: Final = 200_000  # of a cell of code, of which nothing may be missing

CellKind = Literal["code", "markdown", "raw"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored picture.

    Attributes:
        format: `png`, `jpeg` or `svg`.
        width: in pixels; 0 where it is not known.
        height: in pixels; 0 where it is not known.
        shades: how many different bytes its pixels have as they are stored, at most 256; 1 for a
            sheet of one colour, 0 where nobody could tell.
    """

    format: Literal["png", "jpeg", "svg"]
    width: int = 0
    height: int = 0
    shades: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        number: from 1, all kinds of cells counted, as editors count them.
        source: its text; of code at most `SOURCE_CHARS`, of prose at most `TEXT_CHARS`.
        execution_count: `None` where the file has none; some tools drop them all.
        text: what it printed and showed as text, in order, at most `TEXT_CHARS` of it.
        pictures: what it drew.
        error: type of the exception that it ended with; empty where it did not.
        outputs: how many outputs are stored, of whatever kind.
    """

    number: int
    kind: CellKind
    source: str
    execution_count: int | None = None
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    error: str = ""
    outputs: int = 0


@dataclass(frozen=True, slots=True)
class Notebook:
    """One notebook.

    Attributes:
        path: Posix path in the hand-in.
        cells: in order.
        module: path below the root of the module that it stands for, such as `hw2.py`; empty where
            it stands for none.
        language: of its kernel, in small letters.
    """

    path: str
    cells: tuple[Cell, ...]
    module: str = ""
    language: str = "python"

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]
