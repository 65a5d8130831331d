"""Functions of the course that a hand-in may call in place of its own; they run elsewhere.

A check whose subject builds on something that is broken, and charged already, is also asked with
that lent. The course's code never enters the worker: a call travels to the grader, which has the
course's own worker answer it, and what comes back are plain values.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

from . import operations as ops
from .executor import export
from .wire import BORROW, LENT, WireError, receive, send


class Borrower:
    """Calls lent functions over the worker's channel, one at a time.

    Args:
        channel: to the grader, which listens while it waits for a reply.
    """

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._lock = threading.Lock()

    def function(self, dotted: str) -> Callable[..., Any]:
        """Makes a function that has the course's own answer its calls."""

        def lent(*args: Any, **kwargs: Any) -> Any:
            result, after = self._call(dotted, list(args), kwargs)
            for given, became in zip((*args, *kwargs.values()), after, strict=True):
                # What the course's function keeps in a dictionary, such as running averages.
                if isinstance(given, dict) and isinstance(became, dict):
                    given.update(became)
            return result

        lent.__name__ = lent.__qualname__ = dotted.rpartition(".")[2]
        return lent

    def _call(self, dotted: str, args: list[Any], kwargs: dict[str, Any]) -> tuple[Any, list[Any]]:
        with self._lock:
            send(self._channel, BORROW, 0, (dotted, export(args), export(kwargs)))
            frame, _ = receive(self._channel, lockstep=True)
        if frame.kind != LENT:
            raise WireError("something else came where a lent function's result was awaited")
        status, payload = frame.body
        if status != ops.VALUE:
            raise RuntimeError(payload)
        result, after = payload
        return result, after
