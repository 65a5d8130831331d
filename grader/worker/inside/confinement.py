"""What a worker gives up before it runs the first byte of a hand-in.

The order matters: the process still has one thread, so every thread that it starts later inherits
the filters; privileges go before the file rules, and the system-call filter comes last, because it
forbids what the steps before it need. This module puts layers in place and tells which of them
hold. Judging whether they are enough is the grader's part, in `grader.worker.sandbox`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import struct
import sys
import sysconfig
from dataclasses import dataclass
from typing import Final

from . import landlock, seccomp

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_CAPBSET_DROP: Final = 24
PR_SET_CHILD_SUBREAPER: Final = 36
PR_SET_NO_NEW_PRIVS: Final = 38
CAPABILITY_VERSION_3: Final = 0x20080522
CAPSET: Final = {"x86_64": 126, "aarch64": 91}
LAST_CAPABILITY: Final = 63
SIGKILL: Final = 9
NOBODY: Final = 65534
MAX_FILE_BYTES: Final = 64 << 20
MAX_OPEN_FILES: Final = 64
MAX_PROCESSES: Final = 64

# Where packages are installed, the grader's own among them; nothing below may be read.
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True, slots=True)
class Readable:
    """Paths that a worker may read, opened while they still can be.

    Attributes:
        handles: `(descriptor, is_folder)` for each path.
        for_everybody: whether another user could reach the interpreter's files.
    """

    handles: tuple[tuple[int, bool], ...]
    for_everybody: bool


def open_readable(packages: tuple[str, ...]) -> Readable:
    """Opens the standard library, the C libraries, some devices and the named packages' folders."""
    standard = os.path.dirname(os.__file__)
    platform_library = sysconfig.get_config_var("MULTIARCH") or ""
    paths = [
        *(entry.path for entry in os.scandir(standard) if entry.name not in _INSTALLED),
        *(f"{prefix}/{platform_library}" for prefix in ("/lib", "/usr/lib") if platform_library),
        *("/lib64", "/usr/lib64", "/etc/localtime", "/usr/share/zoneinfo"),
        *packages,
    ]
    handles = []
    for path in (*paths, *_DEVICES):
        with contextlib.suppress(OSError):
            handles.append((os.open(path, os.O_PATH | os.O_CLOEXEC), os.path.isdir(path)))
    return Readable(tuple(handles), all(map(_is_open_to_all, (standard, *packages))))


def _is_open_to_all(path: str) -> bool:
    while path not in ("", "/"):
        if not os.stat(path).st_mode & 0o001:
            return False
        path = os.path.dirname(path)
    return True


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


def die_with_parent() -> bool:
    """Has the kernel end this process when its parent ends, and hands it orphans below it."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    return _prctl(PR_SET_PDEATHSIG, SIGKILL)


def confine(
    channel: int, memory_mib: int, cpu_s: int, folder: str, readable: Readable
) -> tuple[str, ...]:
    """Confines this process and returns the names of the layers that hold.

    Args:
        channel: the only descriptor above 2 that stays open.
        memory_mib: address space, in MiB.
        cpu_s: CPU seconds after which the kernel ends the process.
        folder: an empty directory to work in.
        readable: what else may be read.
    """
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 0
    os.setsid()
    die_with_parent()
    os.chdir(folder)
    os.umask(0o077)
    os.environ.clear()
    held = ["separate_process", "empty_environment"]
    if _limit(memory_mib, cpu_s):
        held.append("resource_limits")
    if _drop_user(folder, readable):
        held.append("other_user")
    if _drop_capabilities():
        held.append("no_capabilities")
    # After the user has changed: that sets these two back.
    die_with_parent()
    if _prctl(PR_SET_DUMPABLE, 0):
        held.append("not_dumpable")
    if _prctl(PR_SET_NO_NEW_PRIVS, 1):
        held.append("no_new_privileges")
    if _restrict_files(folder, readable):
        held.append("landlock")
    _close_descriptors(channel)
    held.append("closed_descriptors")
    if threads == 1 and seccomp.enforce(os.getpid()):
        held.append("seccomp")
    return tuple(held)


def _limit(memory_mib: int, cpu_s: int) -> bool:
    limits = {
        resource.RLIMIT_AS: memory_mib << 20,
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_FSIZE: MAX_FILE_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: MAX_PROCESSES,
    }
    if os.getuid() != 0:
        # The limit counts all processes of the user, who may be a person with many of them; root
        # is not bound by it at all. No process can be started in either case: see seccomp.
        del limits[resource.RLIMIT_NPROC]
    for name, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # a lower hard limit is in force already
            resource.setrlimit(name, (value, value))
    return all(0 <= resource.getrlimit(name)[1] <= value for name, value in limits.items())


def _drop_user(folder: str, readable: Readable) -> bool:
    """Becomes nobody, where we are root and nobody can still read the interpreter's files."""
    if os.getuid() != 0 or not readable.for_everybody:
        return False
    try:
        os.chown(folder, NOBODY, NOBODY)
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError:
        return False
    return True


def _drop_capabilities() -> bool:
    """Gives up all capabilities for good; tells whether none is left."""
    machine = os.uname().machine
    if not sys.platform.startswith("linux") or machine not in CAPSET:
        return False
    for capability in range(LAST_CAPABILITY + 1):
        _prctl(PR_CAPBSET_DROP, capability)
    header = struct.pack("<Ii", CAPABILITY_VERSION_3, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(ctypes.c_long(CAPSET[machine]), header, bytes(24)) == 0)


def _restrict_files(folder: str, readable: Readable) -> bool:
    try:
        ruleset = landlock.Ruleset()
    except OSError:
        return False
    for handle, is_folder in readable.handles:
        ruleset.allow_handle(handle, is_folder, landlock.READ)
    ruleset.allow([folder], landlock.WORK)
    ruleset.allow(["/dev/null"], landlock.READ_FILE | landlock.WRITE_FILE)
    return ruleset.enforce()


def _close_descriptors(keep: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.closerange(3, keep)
    os.closerange(keep + 1, 1 << 16)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
