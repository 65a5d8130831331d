"""Whose code is this: the hand-in's, the course's, or a library's? And notes about what it did.

Imports by libraries must see the real machine; only the hand-in's own imports are answered by
stand-ins. The file names that sources are compiled under tell the two apart.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder
from pathlib import PurePath
from types import FrameType
from typing import Final, Literal

HANDIN_MARK: Final = "<handin>/"
PROVIDED_MARK: Final = "<provided>/"
MAX_NOTE: Final = 500  # characters of one note's message

# Imports of these are left to the interpreter; everything else is a hand-in's module or a stand-in.
REAL_MODULES: Final = frozenset(sys.stdlib_module_names) | {"numpy", "scipy"}

NoteKind = Literal[
    "statement_failed",
    "statement_failed_too",
    "statement_cut_short",
    "import_failed",
    "module_unparsable",
    "part_left_out",
    "commands_passed_over",
    "training_not_run",
    "time_used_up",
    "provided_used",
    "standin_used",
    "old_numpy_name",
]

_OWN_FOLDER: Final = str(PurePath(__file__).parent) + os.sep
_IMPORT_SYSTEM: Final = ("<frozen importlib", str(PurePath("importlib", "__init__.py")))


@dataclass(frozen=True)
class ImportNote:
    """One thing that happened while the hand-in was imported or used.

    Attributes:
        module: dotted name below the root, `""` for the root itself.
        line: of the file; 0 where there is none.
        message: at most `MAX_NOTE` characters.
    """

    module: str
    line: int
    kind: NoteKind
    message: str


def make_note(module: str, line: int, kind: NoteKind, message: str) -> ImportNote:
    """Makes a note whose message is bounded."""
    if len(message) > MAX_NOTE:
        message = message[: MAX_NOTE - 1] + "…"
    return ImportNote(module, line, kind, message)


def describe_error(error: BaseException) -> str:
    """Says the type and the text of an exception, whatever its own `__str__` does."""
    try:
        text = str(error)
    except BaseException:  # an exception whose own __str__ raises
        text = "(its text could not be read)"
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def module_name(filename: str) -> str:
    """Turns `classifiers/fc_net.py` into `classifiers.fc_net`, and `__init__.py` into `""`."""
    parts = filename.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def is_real(top: str) -> bool:
    """Says whether the standard library, NumPy or SciPy has a module of this name here."""
    if top not in REAL_MODULES:
        return False
    if BuiltinImporter.find_spec(top) or FrozenImporter.find_spec(top):
        return True
    return PathFinder.find_spec(top) is not None


def source_of(frame: FrameType) -> str:
    """Returns the marked file name that a frame's code came from; `""` for a library's.

    Code made by `exec` has no file name of its own, so its globals are asked too.
    """
    for name in (frame.f_code.co_filename, frame.f_globals.get("__file__")):
        if type(name) is str and name.startswith((HANDIN_MARK, PROVIDED_MARK)):
            return name
    return ""


def is_machinery(frame: FrameType) -> bool:
    """Says whether a frame belongs to the import system or to this folder."""
    filename = frame.f_code.co_filename
    return (
        filename.startswith(_IMPORT_SYSTEM[0])
        or filename.endswith(_IMPORT_SYSTEM[1])
        or filename.startswith(_OWN_FOLDER)
    )


def importing_frame() -> FrameType | None:
    """Finds the frame whose import statement is being answered."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_machinery(frame):
        frame = frame.f_back
    return frame


def imported_by_handin() -> bool:
    """Says whether the import being answered stands in a hand-in's or a provided source."""
    frame = importing_frame()
    return frame is not None and bool(source_of(frame))


def line_in_module(frame: FrameType) -> int:
    """Returns the line of the module that a frame is at, also where its code is of a cell."""
    loader = frame.f_globals.get("__loader__")
    translate = getattr(loader, "line_of", None)
    line: int | None = translate(frame.f_code.co_filename, frame.f_lineno) if translate else None
    return frame.f_lineno if line is None else line


def where_used() -> tuple[str, int]:
    """Returns module and line of the nearest frame of the hand-in; `("", 0)` where none is."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        source = source_of(frame)
        if source:
            # A cell's code has the cell's name and lines; its module's file is in its globals.
            file = frame.f_globals.get("__file__")
            if type(file) is str and file.startswith((HANDIN_MARK, PROVIDED_MARK)):
                source = file
            return module_name(source.partition("/")[2]), line_in_module(frame)
        frame = frame.f_back
    return "", 0
