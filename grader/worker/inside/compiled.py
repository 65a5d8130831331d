"""What a hand-in's sources become before they run: code objects, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Final, Literal

from .cells import Places, split
from .notebook_lines import Command
from .origin import HANDIN_MARK, PROVIDED_MARK
from .parsing import LeftOut, SyntaxFault
from .syntax import StatementKind

Origin = Literal["handin", "provided"]

MARKS: Final[Mapping[Origin, str]] = {"handin": HANDIN_MARK, "provided": PROVIDED_MARK}


@dataclass(frozen=True)
class CompiledModule:
    """One source file, ready to run statement by statement.

    Attributes:
        name: dotted below the root, `""` for the root's `__init__`.
        filename: below the root, such as `classifiers/fc_net.py`.
        statements: a code object for each top-level statement, with the line numbers of its file
            or cell. All other lines are the module's.
        kinds: whether the statement defines, imports, or does something else.
        lines: where each statement begins.
        imports: imported top-level modules with lines, wherever they stand in the file.
        guarded: lines of imports that the file itself is prepared to see fail.
        definitions: lines of top-level functions and classes, and of methods as `Class.method`.
        source: the decoded text, `""` where it cannot be decoded.
        places: of its lines in what was handed in; made from the file name if not given.
        interactive: whether it is a notebook or the export of one, which runs as `__main__`.
        left_out: parts of such a one that are not Python.
        commands: of notebooks that were passed over.
        cut_before: how many statements were taken out, because another worker cut them short.
    """

    name: str
    filename: str
    is_package: bool
    origin: Origin
    statements: tuple[CodeType, ...] = ()
    kinds: tuple[StatementKind, ...] = ()
    lines: tuple[int, ...] = ()
    error: SyntaxFault | None = None
    imports: tuple[tuple[str, int], ...] = ()
    guarded: frozenset[int] = frozenset()
    definitions: Mapping[str, int] = field(default_factory=dict)
    source: str = ""
    places: Places = field(default_factory=lambda: Places(""))
    interactive: bool = False
    left_out: tuple[LeftOut, ...] = ()
    commands: tuple[Command, ...] = ()
    cut_before: int = 0

    def __post_init__(self) -> None:
        """Has every line of a file be of that file."""
        if not self.places.filename:
            object.__setattr__(self, "places", Places(self.filename))

    @property
    def marked_filename(self) -> str:
        """The file name that tracebacks show, outside of cells."""
        return MARKS[self.origin] + self.filename

    def line_of(self, marked: str, line: int) -> int | None:
        """Returns the module's line for a code object's; nothing for code of another source."""
        mark = MARKS[self.origin]
        if not marked.startswith(mark):
            return None
        return self.places.line_of(marked.removeprefix(mark), line)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Gives the marked name and the text of each cell; nothing for a file."""
        if self.places.cells:
            for part in split(self.source, self.filename)[0]:
                yield MARKS[self.origin] + part.name, part.text


@dataclass(frozen=True)
class CompiledPackage:
    """All sources of a hand-in with what the course provides.

    Attributes:
        modules: by dotted name; the hand-in's own where it has one.
        provided: what the course provides, by dotted name.
        skipped: file names that no import statement can name, such as `layers (1).py`.
    """

    modules: Mapping[str, CompiledModule]
    provided: Mapping[str, CompiledModule]
    skipped: tuple[str, ...] = ()
