"""Which user a process is and what the kernel lets it do: user, capabilities, process flags.

See credentials(7), capabilities(7) and prctl(2).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from functools import cache
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_KEEPCAPS: Final = 8
PR_CAPBSET_DROP: Final = 24
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
CAPABILITY_VERSION_3: Final = 0x20080522
CAPSET: Final = {"x86_64": 126, "aarch64": 91}
LAST_CAPABILITY: Final = 63
# Passes over a folder's permissions when reading. Landlock, which asks nobody's permission, still
# bounds what can be read.
CAP_DAC_READ_SEARCH: Final = 2
SIGKILL: Final = 9
NOBODY: Final = 65534


def prctl(option: int, value: int) -> bool:
    """Asks the kernel to change something about this process; tells whether it did."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(_libc().prctl(option, value, 0, 0, 0) == 0)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def end_with_parent(parent: int) -> bool:
    """Has the kernel end this process when its parent ends, and hands it orphans below it.

    Args:
        parent: process id; one that has ended already ends this process at once.
    """
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    done = prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    return done


def become_other_user(uids: tuple[int, ...], keep_reading: bool) -> bool:
    """Becomes the first of some users that the system lets us be; tells whether it did.

    Args:
        uids: users to try. One of its own for each hand-in keeps it apart from all others, and
            has its threads counted on their own.
        keep_reading: keeps the capability to read what only root may.
    """
    if os.getuid() != 0 or not hasattr(os, "setresuid"):
        return False
    prctl(PR_SET_KEEPCAPS, int(keep_reading))
    for uid in uids:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        except OSError:
            continue
        return True
    return False


def drop_capabilities(keep_reading: bool = False) -> bool:
    """Gives up all capabilities for good, save one; tells whether no other is left.

    Args:
        keep_reading: keeps `CAP_DAC_READ_SEARCH`, where the process has it.
    """
    machine = os.uname().machine
    if not sys.platform.startswith("linux") or machine not in CAPSET:
        return False
    for capability in range(LAST_CAPABILITY + 1):
        if not prctl(PR_CAPBSET_DROP, capability):
            break  # the kernel knows no more, or we may not
    return _set(machine, 1 << CAP_DAC_READ_SEARCH if keep_reading else 0) or _set(machine, 0)


def _set(machine: str, capabilities: int) -> bool:
    header = struct.pack("<Ii", CAPABILITY_VERSION_3, 0)
    # Effective, permitted and inheritable; the second three are for capabilities from 32 on.
    data = struct.pack("<6I", capabilities, capabilities, 0, 0, 0, 0)
    return bool(_libc().syscall(ctypes.c_long(CAPSET[machine]), header, data) == 0)
