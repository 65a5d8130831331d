"""Remembers how the last run of a piece of work ended, in the user's folder for caches.

Nothing rests on it: what cannot be read counts as no earlier run, and what cannot be written is
not remembered.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from grader.errors import GraderError
from grader.report.changes import RunMemory, memory_from, memory_value
from grader.report.storage import write_text

FILE_BYTES: Final = 2**20
FOLDER: Final = Path("grader", "last-runs")


def memory_file(handin: Path, assignment: str, environ: Mapping[str, str]) -> Path | None:
    """Says where the last run of a hand-in is remembered; None where there is no such place.

    Args:
        handin: the folder or the file, by whichever path.
        assignment: id of the assignment.
        environ: the environment, for the folder of caches (XDG Base Directory Specification 0.8).
    """
    cache = Path(environ.get("XDG_CACHE_HOME") or "")
    if not cache.is_absolute():  # which the specification has ignored
        home = environ.get("HOME")
        if not home:
            return None
        cache = Path(home) / ".cache"
    # A name of fixed length, from which nobody reads where somebody's work lies.
    place = f"{os.path.realpath(handin)}\0{assignment}".encode("utf-8", "surrogateescape")
    return cache / FOLDER / f"{hashlib.sha256(place).hexdigest()[:32]}.json"


def read_memory(file: Path | None) -> RunMemory | None:
    """Reads what is remembered; nothing where there is none, or the file is not one of ours."""
    if file is None:
        return None
    try:
        with file.open("rb") as stream:
            text = stream.read(FILE_BYTES + 1)
        if len(text) > FILE_BYTES:
            return None
        memory = memory_from(json.loads(text))
    except (OSError, ValueError, RecursionError):
        return None
    return memory if memory is not None and math.isfinite(memory.ended_s) else None


def write_memory(file: Path | None, memory: RunMemory) -> None:
    """Remembers a run, where that can be done."""
    if file is None:
        return
    with suppress(OSError, GraderError, ValueError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_text(json.dumps(memory_value(memory)) + "\n", file)
