"""Tries, inside a confined worker, what a hand-in must not be able to do.

A layer counts only when its work is seen: each act here has to be refused. Nothing of a hand-in is
loaded where this runs.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import platform
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .confinement import MAX_FILE_BYTES

# What a kernel says that refuses. ENOENT and ESRCH: the thing is not there for us, as its file in
# a file system of our own. Anything else is no refusal, so the act counts as allowed.
REFUSALS: Final = frozenset(
    {errno.EPERM, errno.EACCES, errno.ENOENT, errno.ESRCH, errno.EROFS}
    | {errno.ENOMEM, errno.EAGAIN, errno.EFBIG}
)
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNSHARE: Final = {"x86_64": 272, "aarch64": 97}
_IO_URING_SETUP: Final = 425
PTRACE_SEIZE: Final = 0x4206
_NEW_USER: Final = 0x10000000
THREAD_S: Final = 60  # longer than any self-test; the threads end with their process


@dataclass(frozen=True, slots=True)
class Targets:
    """What a worker must not reach.

    Attributes:
        grader: process id of the grader.
        file: one that the grader may read.
        folder: one that the grader may write to.
        reference: the folder of the course's reference.
    """

    grader: int
    file: str
    folder: str
    reference: str


def _socket(family: int, kind: int) -> None:
    socket.socket(family, kind).close()


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _allocate() -> None:
    mmap.mmap(-1, 64 << 30).close()


def _write_large_file() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with tempfile.TemporaryFile(dir=".") as file:
        os.ftruncate(file.fileno(), MAX_FILE_BYTES + 1)


def _trace(pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    # Unlike attaching, seizing does not stop a process where it is allowed.
    if libc.ptrace(PTRACE_SEIZE, pid, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the process cannot be traced")


def _execute() -> None:
    # With a bad pointer for its arguments the call fails either way: EFAULT where it is allowed.
    libc = ctypes.CDLL(None, use_errno=True)
    libc.execve(os.fsencode(sys.executable), ctypes.c_void_p(1), None)
    raise OSError(ctypes.get_errno(), "the program was not started")


def _raise_limit() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most + 1, most + 1))
    except ValueError as error:  # Python's word for EPERM
        raise PermissionError(errno.EPERM, "the limit cannot be raised") from error


def _abstract_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
        peer.bind("\0grader")


def _too_many_threads() -> None:
    # Threads without Python's lock, each of which sleeps in C: a hundred of them take 1 ms.
    libc = ctypes.CDLL(None)
    create, thread = libc.pthread_create, ctypes.c_ulong()
    for _ in range(resource.getrlimit(resource.RLIMIT_NPROC)[0] + 1):
        number = create(ctypes.byref(thread), None, libc.sleep, ctypes.c_void_p(THREAD_S))
        if number != 0:
            raise OSError(number, "no more threads can be started")


def _call(number: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) < 0:
        raise OSError(ctypes.get_errno(), "the system call was refused")


def acts(targets: Targets) -> dict[str, Callable[[], object]]:
    """Names the forbidden acts."""
    grader = targets.grader
    return {
        "read_outside": lambda: open("/etc/passwd", encoding="utf-8").close(),
        "read_grader": lambda: open(targets.file, "rb").close(),
        "list_reference": lambda: os.listdir(targets.reference),
        "write_outside": lambda: tempfile.TemporaryFile(dir=targets.folder).close(),
        "read_grader_memory": lambda: open(f"/proc/{grader}/mem", "rb").close(),
        "read_grader_environment": lambda: open(f"/proc/{grader}/environ", "rb").close(),
        "trace_grader": lambda: _trace(grader),
        "signal_grader": lambda: os.kill(grader, 0),
        "tcp": lambda: _socket(socket.AF_INET, socket.SOCK_STREAM),
        "udp": lambda: _socket(socket.AF_INET, socket.SOCK_DGRAM),
        "unix_socket": lambda: _socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "abstract_socket": _abstract_socket,
        "socket_pair": socket.socketpair,
        "fork": _fork,
        "execute": _execute,
        "new_namespace": lambda: _call(_UNSHARE[platform.machine()], _NEW_USER),
        "io_uring": lambda: _call(_IO_URING_SETUP, 1, 0),
        "allocate": _allocate,
        "large_file": _write_large_file,
        "raise_limit": _raise_limit,
        "too_many_threads": _too_many_threads,
    }


def run(targets: Targets) -> dict[str, bool]:
    """Tries every act; returns whether it was refused, by name.

    Raises:
        OSError: the disk is full, so nothing can be told.
    """
    return {name: _is_refused(act) for name, act in acts(targets).items()}


def _is_refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except MemoryError:
        return True
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        return error.errno in REFUSALS
    return False
