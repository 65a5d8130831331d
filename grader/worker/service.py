"""The grader's end of the zygote and its hosts: starts them, loads sources, asks for workers."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.errors import WorkerDidNotStart
from grader.worker.inside.wire import CONTROL, NO_REPLY, REPLY, REQUEST, WireError, receive, send

START_WALL_S = 30.0  # importing NumPy takes 0.2 s; a cold disk has been seen to take 10
CONTROL_WALL_S = 30.0
INSIDE = Path(__file__).parent / "inside"

# One thread everywhere: a process that computes on several cannot be forked safely, and the order
# of a sum must not depend on the machine.
ENVIRONMENT: Mapping[str, str] = {
    "LANG": "C.UTF-8",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What one source file holds, found by parsing and not by running it.

    Attributes:
        origin: `handin` or `provided`.
        error: message, line and text of the line, where the file cannot be parsed.
        imports: imported top-level modules, with lines.
        definitions: top-level functions, classes and methods, with lines.
    """

    name: str
    origin: str
    error: tuple[str, int, str] | None
    imports: tuple[tuple[str, int], ...]
    definitions: Mapping[str, int]


class _Connection:
    """Asks over a control channel and waits for the answers, which come in the order of asking."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self._answers: dict[int, Any] = {}

    def ask(self, body: Mapping[str, Any], descriptors: tuple[int, ...] = ()) -> Any:
        return self.begin(body, descriptors)()

    def begin(
        self, body: Mapping[str, Any], descriptors: tuple[int, ...] = ()
    ) -> Callable[[], Any]:
        """Sends a request; the returned function waits for its answer, and is called once."""
        nonce = secrets.randbits(63) + 1
        self.tell(body, descriptors, nonce)
        return lambda: self._wait_for(nonce)

    def tell(
        self, body: Mapping[str, Any], descriptors: tuple[int, ...] = (), nonce: int = NO_REPLY
    ) -> None:
        try:
            self.channel.settimeout(CONTROL_WALL_S)
            send(self.channel, CONTROL, nonce, dict(body), descriptors)
        except (WireError, OSError) as error:
            raise self._lost() from error

    def _wait_for(self, nonce: int) -> Any:
        end_s = time.monotonic() + CONTROL_WALL_S
        try:
            while nonce not in self._answers:
                frame, _ = receive(self.channel, remaining_s=lambda: end_s - time.monotonic())
                self._answers[frame.nonce] = frame.body
        except (WireError, OSError) as error:
            raise self._lost() from error
        return self._answers.pop(nonce)

    @staticmethod
    def _lost() -> WorkerDidNotStart:
        return WorkerDidNotStart(
            "The process that starts the workers ended or stopped answering. "
            "This is a fault of the grading machine, not of the hand-in. "
            "`grader doctor` says what the machine offers."
        )


class WorkerService:
    """A running zygote; a context manager that ends it and everything below it.

    Starting returns at once: the zygote imports NumPy while the grader goes on.

    Raises:
        WorkerDidNotStart: the process could not be started.
    """

    def __init__(self, python: str = sys.executable) -> None:
        ours, theirs = socket.socketpair()
        program = (
            f"import sys; sys.path.insert(0, {str(INSIDE.parent)!r}); "
            "from inside.zygote import main; main()"
        )
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and program
                [python, "-I", "-B", "-c", program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(ENVIRONMENT),
                cwd="/",
                pass_fds=(theirs.fileno(),),
            )
        except OSError as error:
            ours.close()
            raise WorkerDidNotStart(
                f"The worker's interpreter {python!r} could not be started ({error.strerror}). "
                "This is a fault of the grading machine, not of the hand-in. "
                "Reinstall the grader in a fresh virtual environment."
            ) from error
        finally:
            theirs.close()
        self._control = _Connection(ours)
        self._greeting: dict[str, str] | None = None

    def versions(self) -> Mapping[str, str]:
        """Waits until the zygote is ready and returns the versions that the hand-in runs on.

        Raises:
            WorkerDidNotStart: it did not become ready in time.
        """
        if self._greeting is None:
            try:
                end_s = time.monotonic() + START_WALL_S
                frame, _ = receive(
                    self._control.channel, remaining_s=lambda: end_s - time.monotonic()
                )
            except (WireError, OSError) as error:
                raise WorkerDidNotStart(
                    f"The worker process did not start within {START_WALL_S:.0f} s. "
                    "This is a fault of the grading machine, not of the hand-in. "
                    "`grader doctor` says what the machine offers."
                ) from error
            self._greeting = frame.body
        return self._greeting or {}

    def host(self) -> Host:
        """Forks a host for one hand-in."""
        self.versions()
        ours, theirs = socket.socketpair()
        try:
            send(self._control.channel, CONTROL, 0, None, (theirs.fileno(),))
        except OSError as error:
            ours.close()
            raise WorkerDidNotStart(
                "The worker process ended before a hand-in was loaded. This is a fault of the "
                "grading machine, not of the hand-in. Run the command again."
            ) from error
        finally:
            theirs.close()
        return Host(ours)

    def close(self) -> None:
        """Ends the zygote; its hosts and workers end with it."""
        self._control.channel.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Host:
    """The grader's end of one host: one hand-in's sources, compiled and not run."""

    def __init__(self, channel: socket.socket) -> None:
        self._control = _Connection(channel)

    def load(
        self, name: str, handin: Mapping[str, bytes], provided: Mapping[str, bytes]
    ) -> Callable[[], Mapping[str, SourceFacts]]:
        """Compiles a package under a name; the returned function waits for facts by file name.

        The function is called once.

        Args:
            name: by which workers refer to it.
            handin: sources by path below the root.
            provided: sources that stand in where the hand-in has none that runs.
        """
        wait = self._control.begin(
            {"do": "load", "name": name, "handin": dict(handin), "provided": dict(provided)}
        )
        return lambda: {filename: _facts(fact) for filename, fact in wait().items()}

    def fork(self, settings: Mapping[str, Any]) -> Worker:
        """Forks a worker with the given `Settings`."""
        ours, theirs = socket.socketpair()
        try:
            wait = self._control.begin({"do": "fork", **settings}, (theirs.fileno(),))
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return Worker(ours, wait, self._control)

    def close(self) -> None:
        """Ends the host and its workers."""
        self._control.channel.close()


def _facts(fact: Mapping[str, Any]) -> SourceFacts:
    return SourceFacts(
        name=fact["name"],
        origin=fact["origin"],
        error=fact["error"],
        imports=tuple(fact["imports"]),
        definitions=fact["definitions"],
    )


class Worker:
    """One forked worker: its channel, its process and the host that can end it.

    Args:
        channel: to the worker.
        wait: waits for the host's answer to the request to fork.
        host: the host's control channel.
    """

    def __init__(
        self, channel: socket.socket, wait: Callable[[], Mapping[str, Any]], host: _Connection
    ) -> None:
        self.channel = channel
        self._wait = wait
        self._host = host
        self._pid = 0

    @property
    def pid(self) -> int:
        """The worker's process id; asked for first when it is needed."""
        if not self._pid:
            self._pid = int(self._wait()["pid"])
        return self._pid

    def exchange(self, program: Sequence[tuple[Any, ...]], wall_s: float) -> Any:
        """Sends a program and waits for the reply's body.

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
            send(self.channel, REQUEST, nonce, list(program))
            frame, extra = receive(
                self.channel, remaining_s=lambda: end_s - time.monotonic(), lockstep=True
            )
        except (BrokenPipeError, ConnectionResetError) as error:
            raise WireError("the worker ended") from error
        for descriptor in extra:
            os.close(descriptor)
        if frame.nonce != nonce or frame.kind != REPLY or extra:
            raise WireError("the worker's reply does not belong to the request")
        return frame.body

    def cpu_s(self) -> float:
        """Reads the worker's CPU seconds from the kernel; 0 where it cannot be told."""
        # The clock id of another process: see clock_getcpuclockid(3), Linux.
        try:
            return time.clock_gettime(((~self.pid) << 3) | 2)
        except OSError:
            return 0.0

    def end(self) -> None:
        """Ends the process and all that it started, without waiting until it is gone."""
        self.channel.close()
        self._host.tell({"do": "end", "pid": self.pid})

    def autopsy(self) -> int:
        """Ends the process like `end`; waits, and returns the signal that had ended it, or 0."""
        self.channel.close()
        return int(self._host.ask({"do": "end", "pid": self.pid})["signal"])
