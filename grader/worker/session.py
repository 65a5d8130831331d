"""A session: the grader's end of the workers of one hand-in, student's or reference alike.

Both sides of every comparison sit behind this one door. A worker is forked when it is first needed
and replaced when it died, ran out of time, or when the next group of checks begins.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.errors import WorkerDied, WorkerOutOfTime
from grader.records import Limits
from grader.worker.inside.wire import WireError
from grader.worker.program import Program, Replies
from grader.worker.service import Host, Worker


class Session(Protocol):
    """What checks know of a worker."""

    def run(self, program: Program) -> Replies:
        """Runs a program and returns one reply for each operation.

        Raises:
            WorkerOutOfTime: the hand-in's code ran past the limit.
            WorkerDied: the worker's process ended, or broke the protocol.
        """


@dataclass(frozen=True, slots=True)
class Setup:
    """How the workers of a session are set up; see `inside.worker.Settings`.

    Attributes:
        package: name of the loaded package that is the hand-in.
        root_names: names under which it is importable.
        libraries: further loaded packages that it may import.
        lender_libraries: those that the lender needs, where something is lent.
        confined: false only for the course's own reference.
        seed: seeds the global random generators of a fresh worker.
    """

    package: str
    root_names: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    lender_libraries: tuple[str, ...] = ()
    confined: bool = True
    seed: int = 0


@dataclass(slots=True)
class Usage:
    """What a session's workers have used since it was last asked."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(slots=True)
class WorkerSession:
    """A session on a host's workers."""

    host: Host
    setup: Setup
    limits: Limits = Limits()
    lend: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lender: str = ""
    skip: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _worker: Worker | None = None
    _folder: str = ""
    _usage: Usage = field(default_factory=Usage)

    def begin_group(
        self,
        limits: Limits,
        lend: Mapping[str, tuple[str, ...]] | None = None,
        lender: str = "",
    ) -> None:
        """Has the next program run in a fresh worker, with functions lent where asked."""
        self.end_group()
        self.limits, self.lend, self.lender = limits, lend or {}, lender

    def run(self, program: Program) -> Replies:
        """Runs a program in the group's worker; see `Session.run`."""
        worker = self._worker or self._open()
        begun_s, begun_cpu_s = time.monotonic(), worker.cpu_s()
        try:
            entries = worker.exchange(program.operations, self.limits.wall_s)
        except TimeoutError as error:
            self._account(worker, begun_s, begun_cpu_s)
            self.end_group()
            raise WorkerOutOfTime(
                f"did not finish within {self.limits.wall_s:g} s of wall-clock time."
            ) from error
        except (WireError, OSError) as error:
            cause = self.end_group()
            raise WorkerDied(f"ended the process that ran it{cause}.") from error
        self._account(worker, begun_s, begun_cpu_s)
        if type(entries) is not list or len(entries) != len(program.operations):
            self.end_group()
            raise WorkerDied("ended the process that ran it: it answered out of turn.")
        return Replies(program, entries)

    def take_usage(self) -> Usage:
        """Returns what was used since the last call, and starts again from zero."""
        usage, self._usage = self._usage, Usage()
        return usage

    def end_group(self) -> str:
        """Ends the worker, if there is one; says in words what signal had ended it before."""
        worker, self._worker = self._worker, None
        if worker is None:
            return ""
        try:
            ended = worker.end()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        return _SIGNALS.get(int(ended.get("signal", 0)), "")

    def _open(self) -> Worker:
        self._folder = tempfile.mkdtemp(prefix="grader-")
        settings: dict[str, Any] = {
            "package": self.setup.package,
            "root_names": list(self.setup.root_names),
            "libraries": [*self.setup.libraries, *(self.setup.lender_libraries if self.lend else ())],
            "lend": {module: list(names) for module, names in self.lend.items()},
            "lender": self.lender,
            "skip": {module: list(lines) for module, lines in self.skip.items()},
            "folder": self._folder,
            "memory_mib": self.limits.memory_mib,
            "cpu_s": max(1, round(2 * self.limits.wall_s)) + 60,
            "seed": self.setup.seed,
            "confined": self.setup.confined,
        }
        try:
            self._worker = self.host.fork(settings)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self._worker

    def _account(self, worker: Worker, begun_s: float, begun_cpu_s: float) -> None:
        self._usage.wall_s += time.monotonic() - begun_s
        self._usage.cpu_s += max(0.0, worker.cpu_s() - begun_cpu_s)


# Signals by number; 9 is also what the grader itself ends a worker with, so it explains nothing.
_SIGNALS: Mapping[int, str] = {
    6: " (abort)",
    11: " (segmentation fault)",
    24: " (it used up its CPU time)",
    25: " (it wrote a file that is too large)",
}
