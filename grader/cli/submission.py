"""Finds what was handed in below the folder that a platform puts it into."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import Final

DEPTH_AT_MOST: Final = 3  # folders in folders, each with nothing else in it
# What systems and version control leave beside the work.
_LITTER: Final = frozenset(
    {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".git", "__pycache__"}
)
_KINDS: Final = {".zip": "zip", ".ipynb": "notebook", ".py": "script"}


def find_submission(path: Path, accept: Collection[str]) -> Path:
    """Goes into a folder as long as there is only one thing in it.

    Whoever hands in one zip archive or one notebook means that, and not the folder around it. A
    link is never followed: it could lead to the course's own files. What is found is judged by
    the rules for hand-ins; a folder in which nothing stands alone is the hand-in itself.

    Args:
        path: a folder or a file.
        accept: kinds of hand-ins that the assignment takes.
    """
    here = path
    for _ in range(DEPTH_AT_MOST):
        inside = _only_entry(here)
        if inside is None:
            return here
        mode = os.lstat(inside).st_mode
        if stat.S_ISREG(mode) and _KINDS.get(inside.suffix.lower()) in accept:
            return inside
        if not stat.S_ISDIR(mode):
            return here
        if _only_entry(inside) is None:
            # The work itself: its folder's name may be one that the assignment asks for.
            return here
        here = inside
    return here


def _only_entry(folder: Path) -> Path | None:
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name not in _LITTER]
    except OSError:  # no folder, or one that is not ours to read; said in full when it is read
        return None
    return Path(entries[0].path) if len(entries) == 1 else None
