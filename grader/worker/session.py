"""A session: the grader's end of the workers of one hand-in, student's or reference alike.

Both sides of every comparison sit behind this one door. A worker is forked when it is first needed
and replaced when it died, ran out of time, or when the next group of checks begins.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.deadline import Deadline
from grader.errors import RunOutOfTime, WorkerDidNotStart, WorkerDied
from grader.plain_text import clean_text
from grader.records import Limits
from grader.worker.endings import ended, late
from grader.worker.forked import Ending, Lender, Worker
from grader.worker.host import Host
from grader.worker.inside.wire import WireError
from grader.worker.processor_share import processor_share
from grader.worker.program import Program, Replies

SELF_TEST_WALL_S = 30.0


class Session(Protocol):
    """What checks know of a worker."""

    def run(self, program: Program) -> Replies:
        """Runs a program and returns one reply for each operation.

        Raises:
            WorkerOutOfTime: the hand-in's code ran past the limit.
            WorkerDied: the worker's process ended, or broke the protocol.
            WorkerKilled: something else on the machine ended it.
            WorkerStarved: something else on the machine left it no time.
            RunOutOfTime: the time for the whole run is over.
        """

    def end_group(self) -> None:
        """Has the next program run in a fresh worker, with the same limits."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How the workers of a session are set up; see `inside.worker.Settings`.

    Attributes:
        package: name of the loaded package that is the hand-in.
        root_names: names under which it is importable.
        libraries: further loaded packages that it may import.
        confined: false only for the course's own reference.
        seed: seeds the global random generators of a fresh worker.
        files: descriptors of open files that every worker gets.
        free: what to look for where a subject's name is free, by dotted path.
        asked: dotted paths of what the assignment asks for.
    """

    package: str
    root_names: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    confined: bool = True
    seed: int = 0
    files: tuple[int, ...] = ()
    free: Mapping[str, Mapping[str, list[int]]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()


@dataclass(slots=True)
class Usage:
    """What a session's workers have used since it was last asked."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Started:
    """A worker with the settings that it was started with."""

    worker: Worker
    settings: Mapping[str, Any]


@dataclass(slots=True)
class WorkerSession:
    """A session on a host's workers.

    Attributes:
        deadline: when the run has to be over; no program gets more time than is left until then.
    """

    host: Host
    setup: Setup
    limits: Limits = field(default_factory=Limits)
    lend: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lender: Lender | None = None
    skip: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    deadline: Deadline | None = None
    share: float = field(default_factory=processor_share)
    _worker: _Started | None = None
    _spare: _Started | None = None
    _usage: Usage = field(default_factory=Usage)
    _read_cpu_s: float | None = None  # after the last program of the group's worker

    def begin_group(
        self,
        limits: Limits,
        lend: Mapping[str, tuple[str, ...]] | None = None,
        lender: Lender | None = None,
    ) -> None:
        """Has the next program run in a fresh worker.

        Args:
            limits: what it may use.
            lend: functions that are lent to it, by module.
            lender: answers calls of these.
        """
        self.end_group()
        self.limits, self.lend, self.lender = limits, lend or {}, lender

    def run(self, program: Program) -> Replies:
        """Runs a program in the group's worker; see `Session.run`."""
        wall_s = self._allowed_s()
        worker = self._worker.worker if self._worker else self._open()
        begun_cpu_s = worker.cpu_s() if self._read_cpu_s is None else self._read_cpu_s
        begun_waited_s = worker.waited_s()
        begun_s, self._read_cpu_s = time.monotonic(), None
        try:
            entries = worker.exchange(program.operations, wall_s, self.lender)
        except TimeoutError as error:
            self._account(worker, begun_s, begun_cpu_s)
            used_s = (self._read_cpu_s or 0.0) - begun_cpu_s
            waited_s = worker.waited_s() - begun_waited_s
            self.end_group()
            if self.deadline is not None and wall_s < self._limit_s():
                raise RunOutOfTime(self.deadline.while_it_ran()) from error
            raise late(self._limit_s(), used_s, waited_s, self.share) from error
        except (WireError, OSError) as error:
            ending = self._autopsy()
            self._usage.wall_s += time.monotonic() - begun_s
            self._usage.cpu_s += max(0.0, ending.cpu_s - begun_cpu_s)
            raise ended(ending, self._cpu_limit_s()) from error
        self._account(worker, begun_s, begun_cpu_s)
        if type(entries) is not list or len(entries) != len(program.operations):
            self.end_group()
            raise WorkerDied("ended the process that ran it: it answered out of turn.")
        return Replies(program, entries)

    def begin_self_test(
        self, targets: Mapping[str, Any]
    ) -> Callable[[], tuple[tuple[str, ...], Mapping[str, bool]]]:
        """Has a worker of its own try forbidden acts.

        Args:
            targets: `inside.selftest.Targets`, but for the grader's process id.

        Returns:
            A function that waits for the layers that the worker says to hold, and whether each act
            was refused. Nothing of the hand-in runs in this worker, so what it says can be
            believed.
        """
        settings = {**self._settings(plain=True), "targets": {**targets, "grader": os.getpid()}}
        started = _Started(self.host.fork(settings), settings)

        def finish() -> tuple[tuple[str, ...], Mapping[str, bool]]:
            try:
                report: Any = started.worker.exchange([], SELF_TEST_WALL_S)
            except (WireError, OSError) as error:
                _ = started.worker.pid  # where it never started, this says why
                raise WorkerDidNotStart(
                    "The sandbox's self-test did not end as it should. This is a fault of the "
                    "grading machine, not of the hand-in. `grader doctor` says what the machine "
                    "offers."
                ) from error
            finally:
                self._discard(started)
            if "fault" in report:
                raise WorkerDidNotStart(
                    f"The sandbox could not be tested ({clean_text(str(report['fault']), 200)}). "
                    "This is a fault of the grading machine, not of the hand-in. Make room on its "
                    "disk, then run the command again."
                )
            return report["held"], report["refused"]

        return finish

    def take_usage(self) -> Usage:
        """Returns what was used since the last call, and starts again from zero."""
        usage, self._usage = self._usage, Usage()
        return usage

    def end_group(self) -> None:
        """Ends the group's worker, if there is one."""
        started, self._worker = self._worker, None
        self._read_cpu_s = None
        self._discard(started)

    def close(self) -> None:
        """Ends all workers of the session."""
        self.end_group()
        spare, self._spare = self._spare, None
        self._discard(spare)

    def _allowed_s(self) -> float:
        """Returns the limit of a program, or what is left until the deadline where that is less."""
        if self.deadline is None:
            return self._limit_s()
        left_s = self.deadline.left_s
        if not left_s:
            self.end_group()
            raise RunOutOfTime(self.deadline.while_it_ran())
        return min(self._limit_s(), left_s)

    def _limit_s(self) -> float:
        """Returns the limit of a program, longer where the machine allows less of a processor."""
        return self.limits.wall_s / self.share

    def _autopsy(self) -> Ending:
        """Ends the group's worker and says how it had ended before."""
        started, self._worker = self._worker, None
        return started.worker.autopsy() if started is not None else Ending(0, 0.0, False)

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
            "libraries": list(self.setup.libraries),
            "free": {subject: dict(network) for subject, network in self.setup.free.items()},
            "asked": list(self.setup.asked),
            "lend": {module: list(names) for module, names in lend.items()},
            "skip": {module: list(lines) for module, lines in self.skip.items()},
            "memory_mib": self.limits.memory_mib,
            "cpu_s": self._cpu_limit_s(),
            "seed": self.setup.seed,
            "confined": self.setup.confined,
            "targets": {},
        }

    def _cpu_limit_s(self) -> int:
        return max(1, round(2 * self.limits.wall_s)) + 60

    def _start(self, settings: dict[str, Any]) -> _Started:
        return _Started(self.host.fork(settings, self.setup.files), settings)

    @staticmethod
    def _discard(started: _Started | None) -> None:
        if started is not None:
            started.worker.end()

    def _account(self, worker: Worker, begun_s: float, begun_cpu_s: float) -> None:
        self._usage.wall_s += time.monotonic() - begun_s
        self._read_cpu_s = worker.cpu_s()
        self._usage.cpu_s += max(0.0, self._read_cpu_s - begun_cpu_s)
