"""Cuts short top-level statements that run too long, without taking the process down.

A statement that swallows the cut (`except: pass` in a loop) is cut again at the next line that it
runs, so every cut gets at least one `try` further out. This is a courtesy to careless code, not a
defence: the grader's own limits hold against code that means harm.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any, Final

from .origin import is_machinery

_REPEAT_S: Final = 0.05
_LEAST_S: Final = 0.001  # that a timer can be set to


class CutShort(BaseException):
    """Raised into a statement that has used up its time; `except Exception` does not catch it.

    Args:
        message: says what limit was passed.
        swallowed: called when code has caught this and dropped it.
    """

    def __init__(self, message: str, swallowed: Callable[[], None]) -> None:
        super().__init__(message)
        self._swallowed = swallowed

    def __del__(self) -> None:
        self._swallowed()


@dataclass
class _Lap:
    """One running statement: how long it may run, and how long it has run up to `since_s`."""

    wall_s: float
    since_s: float
    spent_s: float = 0.0
    cuts: int = 0
    is_watched: bool = False


class StatementClock:
    """Runs statements under a wall-clock limit.

    Time that a nested import takes is charged to the imported module and not to the statement that
    imports it. Where the system has no interval timer, or off the main thread, nothing is cut.
    """

    def __init__(self) -> None:
        self._lap: _Lap | None = None
        self._works = False
        self._previous: Any = None
        self._depth = 0

    @contextmanager
    def module(self) -> Iterator[None]:
        """Stops the clock of the statement that imports, while its module runs."""
        outer = self._pause()
        if self._depth == 0:
            self._install()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self._uninstall()
            self._resume(outer)

    def run(
        self, code: CodeType, namespace: dict[str, Any], wall_s: float
    ) -> tuple[BaseException | None, bool, float]:
        """Runs one statement inside `module()`.

        Returns:
            What it raised, whether it was cut short, and the seconds that it took.
        """
        lap = _Lap(wall_s, time.perf_counter())
        raised, tracing = None, sys.gettrace()
        try:
            self._resume(lap)
            exec(code, namespace)  # noqa: S102  # running the hand-in is what this process is for
        except BaseException as error:  # sys.exit() and the cut are no reason to stop, either
            raised = error
        self._pause()
        if lap.cuts or lap.is_watched:
            sys.settrace(tracing)
        return raised, lap.cuts > 0, lap.spent_s

    def _resume(self, lap: _Lap | None) -> None:
        self._lap = lap
        if lap is not None:
            lap.since_s = time.perf_counter()
            if self._works:
                left_s = max(lap.wall_s - lap.spent_s, _LEAST_S)
                signal.setitimer(signal.ITIMER_REAL, left_s, _REPEAT_S)

    def _pause(self) -> _Lap | None:
        lap, self._lap = self._lap, None
        if lap is not None:
            if self._works:
                signal.setitimer(signal.ITIMER_REAL, 0)
            lap.spent_s += time.perf_counter() - lap.since_s
        return lap

    def _install(self) -> None:
        on_main_thread = threading.current_thread() is threading.main_thread()
        self._works = on_main_thread and hasattr(signal, "setitimer")
        if self._works:
            self._previous = signal.signal(signal.SIGALRM, self._on_alarm)

    def _uninstall(self) -> None:
        if self._works:
            signal.signal(signal.SIGALRM, self._previous or signal.SIG_DFL)
        self._works = False

    def _on_alarm(self, _signal: int, frame: FrameType | None) -> None:
        lap = self._lap
        if lap is None or frame is None:
            return
        if _is_untouchable(frame):
            self._wait_for_own_line(lap, frame)
            return
        self._cut(lap)

    def _wait_for_own_line(self, lap: _Lap, frame: FrameType | None) -> None:
        """Has the statement's own next line raise, when what must not be cut has returned.

        Another alarm would not do: a loop that spends its time in calls of ours, such as those
        around PyTorch's functions, can be there at every alarm.
        """

        def trace(own: FrameType, event: str, _value: Any) -> Any:
            if event == "line" and self._lap is lap and not _is_untouchable(own):
                self._cut(lap)
            return trace

        lap.is_watched = True
        while frame is not None and frame.f_code is not StatementClock.run.__code__:
            if not is_machinery(frame):
                frame.f_trace = trace
            frame = frame.f_back
        sys.settrace(_trace_no_more)  # frames of their own are traced only while there is one

    def _cut(self, lap: _Lap) -> None:
        lap.cuts += 1
        self._watch_lines(lap)
        raise CutShort(f"it ran for more than {lap.wall_s:g} s", lambda: self._watch_lines(lap))

    def _watch_lines(self, lap: _Lap) -> None:
        """Has the next line that the statement runs, in whichever frame, raise once more.

        An exception out of a trace function ends tracing, hence the call for every cut.
        """
        if self._lap is not lap:
            return

        def trace(frame: FrameType, event: str, _value: Any) -> Any:
            if event == "line" and self._lap is lap and not _is_untouchable(frame):
                self._cut(lap)
            return trace

        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code is not StatementClock.run.__code__:
            if not is_machinery(frame):
                frame.f_trace = trace
            frame = frame.f_back
        sys.settrace(trace)


def _trace_no_more(_frame: FrameType, _event: str, _value: Any) -> None:
    """Leaves frames that begin from now on untraced, which would make them slow."""


def _is_untouchable(frame: FrameType | None) -> bool:
    """Says whether a cut would break more than the statement.

    That is so in our own code, and while a library is being imported, which would stay half made.
    """
    while frame is not None and frame.f_code is not StatementClock.run.__code__:
        if is_machinery(frame):
            return True
        frame = frame.f_back
    return False
