"""A host: compiles one hand-in's sources, runs none of them, and forks the workers that do."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import signal
import socket
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from . import footprints, scipy_parts, scratch, survey, worker
from .compiled import Origin
from .confinement import Place, confine_host
from .loader import CompiledPackage, compile_package
from .orphans import end_orphans, end_tree
from .privileges import PR_SET_DUMPABLE, end_with_parent, prctl
from .sources import compile_module
from .wire import CONTROL, NO_REPLY, ConnectionEnded, receive, send

LOOK_EVERY_S: Final = 0.1  # at how much workers have written
REMEMBERED: Final = 1_000  # files that were compiled
DYING_S: Final = 0.5  # that a worker gets to end by itself once its channel is closed


@dataclass(frozen=True, slots=True)
class _Child:
    """A worker as its host knows it."""

    folder: str
    confined: bool


class Host:
    """Serves the grader over one channel.

    Args:
        control: the channel.
        place: where it runs.
        folder: for its workers' folders.
        confined: false for a host of the course's own code only.
        zygote: the parent's process id.
    """

    def __init__(
        self, control: socket.socket, place: Place, folder: str, confined: bool, zygote: int
    ) -> None:
        end_with_parent(zygote)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control = control
        self._place = place
        self._folder = folder
        self._held: tuple[str, ...] = ()
        if confined:
            self._held = confine_host(place, folder, zygote)
        else:
            prctl(PR_SET_DUMPABLE, 0)
        # Where a hand-in is watched, a host gets the state before, and then what was saved.
        self._compile = lru_cache(maxsize=REMEMBERED)(compile_module)
        self._packages: dict[str, CompiledPackage] = {}
        self._workers: dict[int, _Child] = {}
        self._overfull: set[int] = set()

    def serve(self) -> None:
        """Answers the grader until it closes the connection."""
        try:
            while True:
                self._wait()
                frame, descriptors = receive(self._control)
                request: dict[str, Any] = frame.body
                passed: tuple[int, ...] = ()
                try:
                    answer, passed = getattr(self, "do_" + request.pop("do"))(
                        descriptors, **request
                    )
                except OSError as error:
                    # Of the machine: no process, no memory, no room. The grader says so.
                    answer = {"fault": error.strerror or str(error)}
                finally:
                    _close(descriptors)
                if frame.nonce != NO_REPLY:
                    send(self._control, CONTROL, frame.nonce, answer, passed)
                _close(passed)
        except ConnectionEnded:
            return
        finally:
            for pid in self._workers:
                end_tree(pid)
            end_orphans(living=set())

    def _wait(self) -> None:
        """Waits for a request, and meanwhile ends workers that fill the disk."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        while not poll.poll(LOOK_EVERY_S * 1000 if self._workers else None):
            for pid, child in self._workers.items():
                if pid not in self._overfull and scratch.is_overfull(child.folder):
                    self._overfull.add(pid)
                    end_tree(pid)

    def do_load(
        self,
        _descriptors: list[int],
        name: str,
        handin: dict[str, bytes],
        provided: dict[str, bytes],
        refused: dict[str, str],
    ) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Compiles a package under a name and says what the sources hold."""
        package = compile_package(handin, provided, refused, self._compile)
        self._packages[name] = package
        scipy_parts.import_parts(package)
        return worker.facts(package), ()

    def do_survey(
        self, _descriptors: list[int], name: str, names: list[str]
    ) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Says where a compiled package has loops, and where it uses some names."""
        return survey.survey(self._packages[name], set(names)), ()

    def do_footprints(
        self, _descriptors: list[int], name: str, origins: list[Origin]
    ) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Says what each definition of a compiled package is like, and what it names."""
        return footprints.footprints(self._packages[name], origins), ()

    def do_fork(
        self, descriptors: list[int], **settings: Any
    ) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Forks a worker that serves the channel whose descriptor came along, before its files'.

        Passes a descriptor of the process back, where the system has such.
        """
        channel, *files = descriptors
        chosen = worker.Settings(**settings)
        # A number would tell the hand-in how many groups of checks came before.
        folder = os.path.join(self._folder, secrets.token_hex(8))
        os.mkdir(folder, 0o700)
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            os.rmdir(folder)
            raise
        if pid == 0:
            self._control.close()
            leave(
                lambda: worker.serve(
                    socket.socket(fileno=channel),
                    self._packages,
                    chosen,
                    worker.Surroundings(self._place, folder, self._held, parent, tuple(files)),
                )
            )
        self._workers[pid] = _Child(folder, chosen.confined)
        return {"pid": pid}, _handles(pid)

    def do_end(self, _descriptors: list[int], pid: int) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Ends a worker with all that it started, without asking how it was."""
        end_tree(pid)
        self._collect(pid)
        return {}, ()

    def do_autopsy(
        self, _descriptors: list[int], pid: int
    ) -> tuple[dict[str, Any], tuple[int, ...]]:
        """Says how a worker ended; one that has not is ended."""
        end_s = time.monotonic() + DYING_S
        ended = self._has_ended(pid)
        while not ended and time.monotonic() < end_s:
            time.sleep(0.002)
            ended = self._has_ended(pid)
        end_tree(pid)
        overfull = pid in self._overfull
        status, cpu_s = self._collect(pid)
        signal_number = os.WTERMSIG(status) if ended and os.WIFSIGNALED(status) else 0
        return {"signal": signal_number, "cpu_s": cpu_s, "overfull": overfull}, ()

    @staticmethod
    def _has_ended(pid: int) -> bool:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _collect(self, pid: int) -> tuple[int, float]:
        _, status, usage = os.wait4(pid, 0)
        child = self._workers.pop(pid)
        self._overfull.discard(pid)
        if not child.confined:
            end_orphans(set(self._workers))
        scratch.remove(child.folder)
        return status, usage.ru_utime + usage.ru_stime


def _handles(pid: int) -> tuple[int, ...]:
    """Opens a descriptor of a process, by which it can be signalled from other namespaces."""
    try:
        return (os.pidfd_open(pid),)
    except (AttributeError, OSError):  # not Linux, or an imitation of it
        return ()


def _close(descriptors: list[int] | tuple[int, ...]) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)


def leave(act: Any) -> None:
    """Runs the rest of a forked child's life; it never returns into its parent's code."""
    status = 1
    try:
        act()
        status = 0
    except ConnectionEnded:
        status = 0
    finally:
        os._exit(status)
