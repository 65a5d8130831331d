"""The grader's end of one forked worker: its channel, its process, its clock."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.errors import WorkerDidNotStart
from grader.worker.connection import Answer, Connection, close_all
from grader.worker.inside.wire import (
    BORROW,
    LENT,
    REPLY,
    REQUEST,
    WireError,
    receive,
    send,
)

# Answers a worker's call of a function that it was lent: dotted path, arguments, keywords.
Lender = Callable[[str, Any, Any], tuple[int, Any]]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a worker ended.

    Attributes:
        signal: the number of the signal that ended it before anybody asked; 0 for none.
        cpu_s: the CPU seconds that it used in all.
        overfull: whether it was ended because it had written too much to its folder.
    """

    signal: int
    cpu_s: float
    overfull: bool


class Worker:
    """One forked worker.

    Between two programs its process is stopped, so threads that it has left running gain nothing.

    Args:
        channel: to the worker.
        wait: waits for the host's answer to the request to fork.
        host: the host's control channel.
    """

    def __init__(
        self, channel: socket.socket, wait: Callable[[], Answer], host: Connection
    ) -> None:
        self.channel = channel
        self._wait = wait
        self._host = host
        self._inner_pid = 0
        self._handle = -1
        self._outer_pid = 0
        self._stopped = False
        self._missing: WorkerDidNotStart | None = None

    @property
    def pid(self) -> int:
        """The worker's process id as the grader sees it; 0 where that cannot be told."""
        self._meet()
        return self._outer_pid

    def exchange(
        self, program: Sequence[tuple[Any, ...]], wall_s: float, lender: Lender | None = None
    ) -> Any:
        """Sends a program and waits for the reply's body.

        Args:
            program: operations.
            wall_s: wall-clock seconds until the reply has to be here.
            lender: answers calls of lent functions meanwhile.

        Raises:
            TimeoutError: the deadline passed.
            WireError: the worker ended, or what came is not the reply to this request.
        """
        end_s = time.monotonic() + wall_s
        # The reply has to repeat a number that the worker cannot know before it is asked.
        nonce = secrets.randbits(64)
        if self.channel.gettimeout() != wall_s:
            self.channel.settimeout(wall_s)
        try:
            self._signal(signal.SIGCONT)
            send(self.channel, REQUEST, nonce, list(program))
            while True:
                frame, extra = receive(
                    self.channel, remaining_s=lambda: end_s - time.monotonic(), lockstep=True
                )
                if frame.kind != BORROW or lender is None or extra:
                    break
                send(self.channel, LENT, frame.nonce, _lent(lender, frame.body))
        except (BrokenPipeError, ConnectionResetError) as error:
            raise WireError("the worker ended") from error
        close_all(tuple(extra))
        if frame.nonce != nonce or frame.kind != REPLY or extra:
            raise WireError("the worker's reply does not belong to the request")
        self._signal(signal.SIGSTOP)
        return frame.body

    def cpu_s(self) -> float:
        """Reads the worker's CPU seconds, of all its threads, from the kernel.

        Returns 0 where they cannot be told.
        """
        # The clock id of another process: see clock_getcpuclockid(3), Linux.
        try:
            return time.clock_gettime(((~self.pid) << 3) | 2) if self.pid else 0.0
        except OSError:
            return 0.0

    def waited_s(self) -> float:
        """Reads for how long the worker's first thread was ready and had no processor.

        Returns 0 where that cannot be told.
        """
        # Nanoseconds that it ran, that it waited, and how often: proc(5), schedstat.
        try:
            with open(f"/proc/{self.pid}/schedstat", encoding="ascii") as file:
                return int(file.read().split()[1]) / 1e9
        except (OSError, IndexError, ValueError):
            return 0.0

    def end(self) -> None:
        """Ends the process and all that it started, without waiting until it is gone.

        Where it never started, or its host is lost, there is nothing to end.
        """
        try:
            self._meet()
            self._host.tell({"do": "end", "pid": self._inner_pid})
        except WorkerDidNotStart:
            pass
        finally:
            self._close()

    def autopsy(self) -> Ending:
        """Ends the process like `end`; waits, and says how it had ended before.

        Raises:
            WorkerDidNotStart: it never started, or its host is lost.
        """
        try:
            self._meet()
            self._signal(signal.SIGCONT)
        finally:
            self._close()
        found = self._host.ask({"do": "autopsy", "pid": self._inner_pid})
        return Ending(int(found["signal"]), float(found["cpu_s"]), bool(found["overfull"]))

    def _close(self) -> None:
        self.channel.close()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _meet(self) -> None:
        """Takes the host's answer to the request to fork, when it is first needed."""
        if self._inner_pid:
            return
        if self._missing is not None:
            raise self._missing
        try:
            body, descriptors = self._wait()
        except WorkerDidNotStart as error:
            self._missing = error  # the answer comes once
            raise
        self._inner_pid = self._outer_pid = int(body["pid"])
        if descriptors:
            self._handle = descriptors[0]
            self._outer_pid = _pid_of(self._handle)

    def _signal(self, number: signal.Signals) -> None:
        """Stops or continues the process, where the system can do it to the right one for sure."""
        stop = number == signal.SIGSTOP
        if stop == self._stopped:
            return
        self._meet()
        if self._handle >= 0:
            with contextlib.suppress(OSError):  # it has ended, which the next exchange will say
                signal.pidfd_send_signal(self._handle, number)
                self._stopped = stop


def _lent(lender: Lender, body: Any) -> tuple[int, Any]:
    match body:
        case (str() as dotted, list() as args, dict() as kwargs):
            return lender(dotted, args, kwargs)
    raise WireError("what the worker asks to have called is no call")


def _pid_of(handle: int) -> int:
    """Reads which process a pidfd is about, in the reader's own numbers; 0 if it has ended."""
    try:
        with open(f"/proc/self/fdinfo/{handle}", encoding="ascii") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name == "Pid":
                    return max(0, int(value))
    except OSError:
        pass
    return 0
