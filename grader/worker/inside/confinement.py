"""What a worker gives up before it runs the first byte of a hand-in.

This module puts layers in place and tells which of them hold. Judging whether they are enough is
the grader's part, in `grader.worker.sandbox`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
SIGKILL: Final = 9
MAX_FILE_BYTES: Final = 64 << 20
MAX_OPEN_FILES: Final = 64


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0


def die_with_parent() -> bool:
    """Has the kernel end this process when its parent ends, and hands it orphans below it."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    return _prctl(PR_SET_PDEATHSIG, SIGKILL)


def confine(keep: int, memory_mib: int, cpu_s: int, folder: str) -> tuple[str, ...]:
    """Confines this process and returns the names of the layers that hold.

    Args:
        keep: the only descriptor above 2 that stays open.
        memory_mib: address space, in MiB.
        cpu_s: CPU seconds after which the kernel ends the process.
        folder: an empty directory to work in.
    """
    os.setsid()
    die_with_parent()
    _close_descriptors(keep)
    os.chdir(folder)
    os.umask(0o077)
    os.environ.clear()
    held = ["separate_process", "empty_environment", "closed_descriptors"]
    limits = {
        resource.RLIMIT_AS: memory_mib << 20,
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_FSIZE: MAX_FILE_BYTES,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for name, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # a lower hard limit is in force already
            resource.setrlimit(name, (value, value))
    if all(0 <= resource.getrlimit(name)[1] <= value for name, value in limits.items()):
        held.append("resource_limits")
    if _prctl(PR_SET_NO_NEW_PRIVS, 1):
        held.append("no_new_privileges")
    if _prctl(PR_SET_DUMPABLE, 0):
        held.append("not_dumpable")
    return tuple(held)


def _close_descriptors(keep: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 4096))
