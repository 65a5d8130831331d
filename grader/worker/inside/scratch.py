"""Folders that workers write to: made empty, measured while they are used, removed for good."""

from __future__ import annotations

import contextlib
import os
from typing import Final

MAX_BYTES: Final = 64 << 20  # on disk, of one worker
MAX_ENTRIES: Final = 4096
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def is_overfull(folder: str) -> bool:
    """Tells whether a folder holds more than a worker may write; counts no further than that."""
    size, entries, waiting = 0, 0, [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    entries += 1
                    with contextlib.suppress(OSError):  # it is being removed at this moment
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                    if size > MAX_BYTES or entries > MAX_ENTRIES:
                        return True
        except OSError:
            continue
    return False


def remove(folder: str) -> None:
    """Removes a folder with all that is in it, nested as deeply as may be.

    What cannot be removed stays, and nobody is told: it is in a temporary folder.
    """
    with contextlib.suppress(OSError):
        _empty(folder)
        os.rmdir(folder)


def _empty(folder: str) -> None:
    """Goes down and up by one folder at a time: no depth needs a stack, a path or descriptors."""
    names: list[str] = []
    here = os.open(folder, _FOLDER)
    try:
        while True:
            inner = _first_folder(here)
            if inner is not None:
                os.chmod(inner, 0o700, dir_fd=here)
                above, here = here, os.open(inner, _FOLDER, dir_fd=here)
                os.close(above)
                names.append(inner)
            elif names:
                below, here = here, os.open("..", _FOLDER, dir_fd=here)
                os.close(below)
                os.rmdir(names.pop(), dir_fd=here)
            else:
                return
    finally:
        os.close(here)


def _first_folder(here: int) -> str | None:
    """Removes everything but folders from an open folder; returns one of them, if there is any."""
    found = None
    with os.scandir(here) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                found = found or entry.name
            else:
                os.unlink(entry.name, dir_fd=here)
    return found
