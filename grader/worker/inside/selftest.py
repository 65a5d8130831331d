"""Tries, inside a confined worker, what a hand-in must not be able to do.

A layer counts only when its work is seen: each act here has to be refused. Nothing of a hand-in is
loaded where this runs.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import resource
import signal
import socket
import tempfile
from collections.abc import Callable

from .confinement import MAX_FILE_BYTES


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
    if ctypes.CDLL(None).ptrace(16, pid, 0, 0) == 0:  # PTRACE_ATTACH
        return
    raise PermissionError


def _execute() -> None:
    # With a bad pointer for its arguments the call fails either way: EFAULT where it is allowed.
    libc = ctypes.CDLL(None, use_errno=True)
    libc.execve(b"/bin/true", ctypes.c_void_p(1), None)
    if ctypes.get_errno() != errno.EFAULT:
        raise PermissionError


def _raise_limit() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most + 1, most + 1))


def acts(grader: int, outside: str) -> dict[str, Callable[[], object]]:
    """Names the forbidden acts.

    Args:
        grader: process id of the grader.
        outside: a folder of the grader's own code, which must not be readable.
    """
    return {
        "read_outside": lambda: open("/etc/passwd", encoding="utf-8").close(),
        "read_grader": lambda: os.listdir(outside),
        "write_outside": lambda: tempfile.TemporaryFile(dir="/tmp").close(),
        "read_grader_memory": lambda: open(f"/proc/{grader}/mem", "rb").close(),
        "read_grader_environment": lambda: open(f"/proc/{grader}/environ", "rb").close(),
        "trace_grader": lambda: _trace(grader),
        "signal_grader": lambda: os.kill(grader, 0),
        "tcp": lambda: _socket(socket.AF_INET, socket.SOCK_STREAM),
        "udp": lambda: _socket(socket.AF_INET, socket.SOCK_DGRAM),
        "unix_socket": lambda: _socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "socket_pair": socket.socketpair,
        "fork": _fork,
        "execute": _execute,
        "allocate": _allocate,
        "large_file": _write_large_file,
        "raise_limit": _raise_limit,
    }


def run(grader: int, outside: str) -> dict[str, bool]:
    """Tries every act; returns whether it was refused, by name."""
    refused = {}
    for name, act in acts(grader, outside).items():
        try:
            act()
        except (OSError, ValueError, MemoryError, OverflowError):
            refused[name] = True
        else:
            refused[name] = False
    return refused
