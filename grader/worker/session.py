"""A session: the grader's end of the workers of one hand-in, student's or reference alike.

Both sides of every comparison sit behind this one door. A worker is forked when it is first needed
and replaced when it died, ran out of time, or when the next group of checks begins.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.errors import WorkerDidNotStart, WorkerDied, WorkerOutOfTime
from grader.records import Limits
from grader.worker.inside.wire import WireError
from grader.worker.program import Program, Replies
from grader.worker.service import Host, Worker

SELF_TEST_WALL_S = 10.0


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


@dataclass(frozen=True, slots=True)
class _Started:
    """A worker with the folder that it works in and the settings that it was started with."""

    worker: Worker
    folder: str
    settings: Mapping[str, Any]


@dataclass(slots=True)
class WorkerSession:
    """A session on a host's workers."""

    host: Host
    setup: Setup
    limits: Limits = field(default_factory=Limits)
    lend: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lender: str = ""
    skip: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _worker: _Started | None = None
    _spare: _Started | None = None
    _usage: Usage = field(default_factory=Usage)
    _read_cpu_s: float | None = None  # after the last program of the group's worker

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
        worker = self._worker.worker if self._worker else self._open()
        begun_cpu_s = worker.cpu_s() if self._read_cpu_s is None else self._read_cpu_s
        begun_s, self._read_cpu_s = time.monotonic(), None
        try:
            entries = worker.exchange(program.operations, self.limits.wall_s)
        except TimeoutError as error:
            self._account(worker, begun_s, begun_cpu_s)
            self.end_group()
            raise WorkerOutOfTime(
                f"did not finish within {self.limits.wall_s:g} s of wall-clock time."
            ) from error
        except (WireError, OSError) as error:
            raise WorkerDied(f"ended the process that ran it{self._autopsy()}.") from error
        self._account(worker, begun_s, begun_cpu_s)
        if type(entries) is not list or len(entries) != len(program.operations):
            self.end_group()
            raise WorkerDied("ended the process that ran it: it answered out of turn.")
        return Replies(program, entries)

    def self_test(self) -> tuple[tuple[str, ...], Mapping[str, bool]]:
        """Has a worker of its own try forbidden acts.

        Returns:
            The layers that it says to hold, and whether each act was refused. Nothing of the
            hand-in runs in this worker, so what it says can be believed.
        """
        started = self._start({**self._settings(plain=True), "test_for": os.getpid()})
        try:
            report: Any = started.worker.exchange([], SELF_TEST_WALL_S)
        except (WireError, OSError) as error:
            raise WorkerDidNotStart(
                "The sandbox's self-test did not end as it should. This is a fault of the grading "
                "machine, not of the hand-in. `grader doctor` says what the machine offers."
            ) from error
        finally:
            self._discard(started)
        return report["held"], report["refused"]

    def take_usage(self) -> Usage:
        """Returns what was used since the last call, and starts again from zero."""
        usage, self._usage = self._usage, Usage()
        return usage

    def end_group(self) -> None:
        """Ends the group's worker, if there is one."""
        self._discard(self._worker)
        self._worker = self._read_cpu_s = None

    def close(self) -> None:
        """Ends all workers of the session."""
        self.end_group()
        self._discard(self._spare)
        self._spare = None

    def _autopsy(self) -> str:
        """Ends the group's worker and says in words which signal had ended it before."""
        started, self._worker = self._worker, None
        if started is None:
            return ""
        try:
            return _SIGNALS.get(started.worker.autopsy(), "")
        finally:
            shutil.rmtree(started.folder, ignore_errors=True)

    def _open(self) -> Worker:
        """Takes the spare worker where it fits, and starts the next spare.

        A spare sets itself up on another core while the group before it is judged.
        """
        settings = self._settings()
        spare, self._spare = self._spare, None
        if spare is not None and spare.settings == settings:
            self._worker = spare
        else:
            self._discard(spare)
            self._worker = self._start(settings)
        if self.setup.confined:
            self._spare = self._start(self._settings(plain=True))
        return self._worker.worker

    def _settings(self, plain: bool = False) -> dict[str, Any]:
        lend = {} if plain else self.lend
        return {
            "package": self.setup.package,
            "root_names": list(self.setup.root_names),
            "libraries": [*self.setup.libraries, *(self.setup.lender_libraries if lend else ())],
            "lend": {module: list(names) for module, names in lend.items()},
            "lender": self.lender if lend else "",
            "skip": {module: list(lines) for module, lines in self.skip.items()},
            "memory_mib": self.limits.memory_mib,
            "cpu_s": max(1, round(2 * self.limits.wall_s)) + 60,
            "seed": self.setup.seed,
            "confined": self.setup.confined,
        }

    def _start(self, settings: dict[str, Any]) -> _Started:
        folder = tempfile.mkdtemp(prefix="grader-")
        try:
            return _Started(self.host.fork({**settings, "folder": folder}), folder, settings)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    @staticmethod
    def _discard(started: _Started | None) -> None:
        if started is not None:
            try:
                started.worker.end()
            finally:
                shutil.rmtree(started.folder, ignore_errors=True)

    def _account(self, worker: Worker, begun_s: float, begun_cpu_s: float) -> None:
        self._usage.wall_s += time.monotonic() - begun_s
        self._read_cpu_s = worker.cpu_s()
        self._usage.cpu_s += max(0.0, self._read_cpu_s - begun_cpu_s)


# Signals by number; 9 is also what the grader itself ends a worker with, so it explains nothing.
_SIGNALS: Mapping[int, str] = {
    6: " (abort)",
    11: " (segmentation fault)",
    24: " (it used up its CPU time)",
    25: " (it wrote a file that is too large)",
}
