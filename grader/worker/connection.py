"""Questions to a process that starts workers, over one channel, and its answers."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from grader.errors import HostLost, WorkerDidNotStart
from grader.plain_text import clean_text
from grader.worker.inside.wire import CONTROL, NO_REPLY, WireError, receive, send

CONTROL_WALL_S = 30.0


class Answer(NamedTuple):
    """What came back, with the descriptors that were passed along."""

    body: Any
    descriptors: tuple[int, ...]


class Connection:
    """Asks over a control channel and waits for the answers, which come in the order of asking."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self._answers: dict[int, Answer] = {}

    def ask(self, body: Mapping[str, Any], descriptors: tuple[int, ...] = ()) -> Any:
        """Asks and returns the answer's body; see `begin`."""
        return self.begin(body, descriptors)().body

    def begin(
        self, body: Mapping[str, Any], descriptors: tuple[int, ...] = ()
    ) -> Callable[[], Answer]:
        """Sends a question; the returned function waits for its answer, and is called once.

        Both raise:
            HostLost: the process has ended, or does not answer.
            WorkerDidNotStart: it answered that the machine refused what was asked.
        """
        nonce = secrets.randbits(63) + 1
        self.tell(body, descriptors, nonce)
        return lambda: self._wait_for(nonce)

    def tell(
        self, body: Mapping[str, Any], descriptors: tuple[int, ...] = (), nonce: int = NO_REPLY
    ) -> None:
        """Sends something that has no answer."""
        try:
            self.channel.settimeout(CONTROL_WALL_S)
            send(self.channel, CONTROL, nonce, dict(body), descriptors)
        except (WireError, OSError) as error:
            raise _lost() from error

    def close(self) -> None:
        """Closes the channel, and what came with answers that nobody waited for."""
        self.channel.close()
        for answer in self._answers.values():
            close_all(answer.descriptors)
        self._answers.clear()

    def _wait_for(self, nonce: int) -> Answer:
        end_s = time.monotonic() + CONTROL_WALL_S
        try:
            while nonce not in self._answers:
                frame, passed = receive(self.channel, remaining_s=lambda: end_s - time.monotonic())
                self._answers[frame.nonce] = Answer(frame.body, tuple(passed))
        except (WireError, OSError) as error:
            raise _lost() from error
        answer = self._answers.pop(nonce)
        if isinstance(answer.body, dict) and "fault" in answer.body:
            close_all(answer.descriptors)
            raise WorkerDidNotStart(
                "The grading machine refused to start a process or to make its folder "
                f"({clean_text(str(answer.body['fault']), 200)}). This is no fault of the hand-in. "
                "Make room or end other programs, then run the command again."
            )
        return answer


def _lost() -> HostLost:
    return HostLost(
        "The process that starts the workers ended or stopped answering. "
        "This is a fault of the grading machine, not of the hand-in. "
        "`grader doctor` says what the machine offers."
    )


def close_all(descriptors: tuple[int, ...]) -> None:
    """Closes descriptors."""
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)
