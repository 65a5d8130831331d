"""What dead workers have started and left behind. Confined ones can start nothing."""

from __future__ import annotations

import contextlib
import os
import signal

_ROUNDS = 64  # each may uncover grandchildren


def children(pid: int) -> list[int]:
    """Lists the direct children of a process, where the kernel tells."""
    found: list[int] = []
    with contextlib.suppress(OSError, ValueError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                found += [int(child) for child in file.read().split()]
    return found


def descendants(pid: int) -> list[int]:
    """Lists what a process has started, however deep; the deepest come first."""
    return [each for child in children(pid) for each in (*descendants(child), child)]


def end_tree(pid: int) -> None:
    """Kills a process and all that it has started, without waiting for their end."""
    for victim in (*descendants(pid), pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end_orphans(living: set[int]) -> None:
    """Ends this process's children but for those that are said to be living."""
    for _ in range(_ROUNDS):
        orphans = [pid for pid in children(os.getpid()) if pid not in living]
        if not orphans:
            return
        for orphan in orphans:
            end_tree(orphan)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, 0)
