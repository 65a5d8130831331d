"""The grader's processes, found as a person with `ps` would: by who started whom. Linux only."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """Lists what a process has started and what lives."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in text.split()]
    return []


def descendants(pid: int) -> list[int]:
    """Lists all below a process."""
    return [each for child in children(pid) for each in (*descendants(child), child)]


def processes(grader: int) -> dict[str, list[int]]:
    """Finds the processes of a running grader by what they are."""
    wrappers: list[int] = []
    below = children(grader)
    while below and _name(below[0]) == "bwrap":
        wrappers += below
        below = [each for pid in below for each in children(pid)]
    hosts = [each for pid in below for each in children(pid)]
    workers = [each for pid in hosts for each in children(pid)]
    named = {"grader": [grader], "bwrap": wrappers, "zygote": below}
    return {**named, "host": hosts, "worker": workers}


def _name(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()
    return ""


def send(grader: int, kind: str, number: int, which: Callable[[int], int]) -> bool:
    """Sends a signal to one process of a kind, for sure to no other; tells whether it did.

    Args:
        grader: the grader's process id.
        kind: one of the keys of `processes`.
        number: the signal.
        which: chooses an index below the number of processes.
    """
    found = processes(grader)[kind]
    if not found:
        return False
    pid = found[which(len(found))]
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        # The number may have come to another process in between; what the handle is about cannot.
        if pid not in processes(grader)[kind]:
            return False
        signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)
    return True


def lives(pid: int) -> bool:
    """Tells whether a process is there and has not ended."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        return text.rpartition(")")[2].split()[0] not in "ZX"
    return False
