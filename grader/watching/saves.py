"""Waits until somebody saves a file of a hand-in, however editors do that.

They write in place, or write beside and rename, or delete and create anew; several events at once
count as one, and what counts is how the files are then. A folder that is removed is waited for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from watchfiles import Change, watch

QUIET_MS: Final = 20  # without another event, until a save counts as done
LATEST_MS: Final = 400  # after the first event, however many follow
LOOK_EVERY_MS: Final = 400  # at what is there, whether an event came or not
FILES_AT_MOST: Final = 2_000  # that are looked at
AWAY_LOOK_S: Final = 0.3  # whether it has come back

_IGNORED: Final = frozenset("__pycache__ node_modules venv env".split())
_SCRATCH: Final = ("~", ".swp", ".swx", ".swo", ".tmp", ".pyc", "4913")  # of editors and Python


# By path below the folder: when a file was changed last, its length, and which file it is.
Stamps = Mapping[str, tuple[int, int, int]]


def stamps(path: Path) -> Stamps:
    """Notes how the files of a hand-in are now; none where it is not there.

    Args:
        path: a folder, or a file such as a notebook.
    """
    folder, only = _place(path)
    found: dict[str, tuple[int, int, int]] = {}
    for here, folders, files in os.walk(folder):
        below = Path(os.path.relpath(here, folder)).parts
        folders[:] = [name for name in folders if is_of_the_work((*below, name))]
        for name in files if only is None else (only,):
            if is_of_the_work((*below, name)):
                with suppress(OSError):
                    now = os.stat(os.path.join(here, name))
                    found["/".join((*below, name))] = (now.st_mtime_ns, now.st_size, now.st_ino)
        if only is not None or len(found) > FILES_AT_MOST:
            break
    return found


def saves(path: Path, seen: Stamps) -> Iterator[tuple[str, ...]]:
    """Yields the names of the files that were saved, time and again.

    None are named where the whole was removed, or has come back.

    Args:
        path: a folder, or a file such as a notebook.
        seen: its files as they were when they were read last, so that no save before the first
            is missed.
    """
    while True:
        folder, only = _place(path)
        identity = _identity(folder)
        if identity is None or (only is not None and _identity(path) is None):
            yield ()
            while _identity(path) is None:
                time.sleep(AWAY_LOOK_S)
            seen = stamps(path)
            yield ()
            continue
        with suppress(FileNotFoundError):  # it went in this very moment
            yield from _saves_in(path, identity, seen)


def _saves_in(path: Path, identity: object, seen: Stamps) -> Iterator[tuple[str, ...]]:
    """Yields as `saves`, until the folder is no longer the one that it was."""
    folder, only = _place(path)

    def counts(_change: Change, changed: str) -> bool:
        parts = Path(os.path.relpath(changed, folder)).parts
        return is_of_the_work(parts) and (only is None or parts == (only,))

    # Besides events there is a look now and then: what was saved before the first event can come,
    # and what some file systems tell nobody.
    events = watch(
        folder,
        watch_filter=counts,
        debounce=LATEST_MS,
        step=QUIET_MS,
        rust_timeout=LOOK_EVERY_MS,
        yield_on_timeout=True,
        recursive=only is None,
    )
    for _ in events:
        if _identity(folder) != identity:
            return
        now = stamps(path)
        if now != seen:
            names = {name for name in {*now, *seen} if now.get(name) != seen.get(name)}
            seen = now
            yield tuple(sorted(name.rpartition("/")[2] for name in names))


def _place(path: Path) -> tuple[Path, str | None]:
    """Says which folder is watched, and for which file alone."""
    return (path.parent, path.name) if path.is_file() else (path, None)


def is_of_the_work(parts: tuple[str, ...]) -> bool:
    """Tells whether a path below a hand-in's folder may matter, and is not an editor's own.

    >>> is_of_the_work(("hw1", "layers.py")), is_of_the_work((".git", "index"))
    (True, False)
    >>> is_of_the_work(("hw1", ".layers.py.swp")), is_of_the_work(("hw1", "4913"))
    (False, False)
    """
    hidden = any(part.startswith(".") or part in _IGNORED for part in parts)
    return bool(parts) and not hidden and not parts[-1].endswith(_SCRATCH)


def _identity(path: Path) -> object:
    """Tells one folder from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
