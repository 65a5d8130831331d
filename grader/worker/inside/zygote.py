"""The process that every worker is a fork of.

It imports NumPy once, on one thread, and never computes. For every hand-in it forks a *host*, which
compiles the sources and runs none of them; for every group of checks the host forks a *worker*,
which is confined first and then runs the hand-in. So each group begins in milliseconds with nothing
left of the group before. The grader starts this module as `python -I -c ...` and talks to it over
the descriptor named in `sys.argv`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from typing import Any

# NumPy loads these at first use; loaded here, every worker has them for nothing.
import numpy as np
import numpy.linalg
import numpy.random  # as above

from . import worker
from .confinement import Readable, die_with_parent, open_readable
from .loader import CompiledPackage, compile_package
from .wire import CONTROL, NO_REPLY, ConnectionEnded, receive, send


def main() -> None:
    """Serves hosts until the grader closes the connection."""
    control = socket.socket(fileno=int(sys.argv[1]))
    die_with_parent()
    readable = open_readable(_numeric_packages())
    # Nothing waits for a host: it ends when its connection does.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then ends us
    send(control, CONTROL, 0, {"python": sys.version.split()[0], "numpy": np.__version__})
    while True:
        try:
            _, (channel,) = receive(control)
        except ConnectionEnded:
            return
        if os.fork() == 0:
            control.close()
            _leave(lambda channel=channel: Host(socket.socket(fileno=channel), readable).serve())
        os.close(channel)


def _numeric_packages() -> tuple[str, ...]:
    """Folders of NumPy, its own C libraries and, where it is installed, SciPy."""
    home = os.path.dirname(os.path.dirname(np.__file__))
    names = ("numpy", "numpy.libs", "scipy", "scipy.libs")
    return tuple(path for name in names if os.path.isdir(path := os.path.join(home, name)))


def _leave(act: Any) -> None:
    """Runs the rest of a forked child's life; it never returns into its parent's code."""
    status = 1
    try:
        act()
        status = 0
    except ConnectionEnded:
        status = 0
    finally:
        os._exit(status)


class Host:
    """Compiles one hand-in and forks its workers."""

    def __init__(self, control: socket.socket, readable: Readable) -> None:
        die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control = control
        self._readable = readable
        self._packages: dict[str, CompiledPackage] = {}
        self._workers: set[int] = set()

    def serve(self) -> None:
        """Answers the grader until it closes the connection."""
        try:
            while True:
                frame, descriptors = receive(self._control)
                request: dict[str, Any] = frame.body
                answer = getattr(self, "do_" + request.pop("do"))(descriptors, **request)
                if frame.nonce != NO_REPLY:
                    send(self._control, CONTROL, frame.nonce, answer)
        finally:
            end_orphans(living=set())

    def do_load(
        self,
        _descriptors: list[int],
        name: str,
        handin: dict[str, bytes],
        provided: dict[str, bytes],
    ) -> dict[str, Any]:
        """Compiles a package under a name and says what the sources hold."""
        package = compile_package(handin, provided)
        self._packages[name] = package
        return worker.facts(package)

    def do_fork(self, descriptors: list[int], **settings: Any) -> dict[str, Any]:
        """Forks a worker that serves the channel whose descriptor came along."""
        (channel,) = descriptors
        pid = os.fork()
        if pid == 0:
            self._control.close()
            _leave(
                lambda: worker.serve(
                    socket.socket(fileno=channel),
                    self._packages,
                    worker.Settings(**settings),
                    self._readable,
                )
            )
        os.close(channel)
        self._workers.add(pid)
        return {"pid": pid}

    def do_end(self, _descriptors: list[int], pid: int) -> dict[str, Any]:
        """Ends a worker with all that it started; tells its CPU seconds and how it ended."""
        for victim in (*descendants(pid), pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        self._workers.discard(pid)
        end_orphans(self._workers)
        cpu_s = usage.ru_utime + usage.ru_stime
        return {"cpu_s": cpu_s, "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0}


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


def end_orphans(living: set[int]) -> None:
    """Ends children that are no worker of ours: what dead workers had started and left to us."""
    for _ in range(64):  # each round may uncover grandchildren
        orphans = [pid for pid in children(os.getpid()) if pid not in living]
        if not orphans:
            return
        for orphan in orphans:
            for victim in (*descendants(orphan), orphan):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, 0)
