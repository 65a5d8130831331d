"""How a run in a container is ended from outside: by a signal, or by the clock."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.cli import ExitCode

if TYPE_CHECKING:
    from grader.deadline import Deadline


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Has SIGTERM stop the run as the keyboard does.

    The first process of a container does not end at this signal unless it asks for it.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def ended_at(
    deadline: Deadline,
    before: Callable[[], None],
    leave: Callable[[int], object] = os._exit,
) -> Iterator[None]:
    """Ends the process at the deadline, wherever it is then.

    Checks stop by themselves before it. This is for what they cannot stop: a library that takes
    minutes to be imported, a disk that does not answer.

    Args:
        deadline: of the run.
        before: done first.
        leave: ends the process; what it has started ends with it.
    """
    over = threading.Lock()

    def end() -> None:
        if over.acquire(blocking=False):
            try:
                before()
            finally:
                leave(int(ExitCode.NEEDS_PERSON))
                over.release()

    timer = threading.Timer(deadline.until_end_s, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        # Where the end has begun, the results are being written: it is waited for.
        with over:
            pass
