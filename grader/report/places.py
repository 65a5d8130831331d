"""Finds the place in a file that a message names, as `grader.plain_text.place_text` wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

# What a hand-in said stands between quotation marks, and names no place.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_PLACE = re.compile(r"(?<![\w./-])(?P<file>[\w./-]+\.py), line (?P<line>\d{1,7})\b")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file of the hand-in; `file` is relative to its folder."""

    file: str
    line: int


def place_in(message: str) -> Place | None:
    """Find the first place that a message names itself.

    Cells of notebooks are left out: their lines are no lines of the file. So are files with names
    that are quoted, which cannot be told from words of the hand-in.

    >>> place_in("layers.f raised ValueError: 'at x.py, line 1' (layers.py, line 8 in f).")
    Place(file='layers.py', line=8)
    """
    found = _PLACE.search(_QUOTED.sub("''", message))
    if found is None:
        return None
    path = PurePosixPath(found["file"])
    if path.is_absolute() or ".." in path.parts:
        return None
    return Place(str(path), int(found["line"]))
