"""Counts the Python instructions that the hand-in's own code executes, for want of a fairer clock.

A loop over samples executes instructions for each of them; one operation on the whole array does
not. So the count tells them apart without measuring time, and is the same on every machine that
runs the same Python. What NumPy and other libraries execute is not counted.
"""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any, Final

from ..origin import HANDIN_MARK

LINES_AT_MOST: Final = 300  # that are told, those with the most instructions


class Tracer:
    """A trace function that counts the instructions of the hand-in's frames, line by line."""

    def __init__(self) -> None:
        self.before = (sys.gettrace(), threading.gettrace())
        self.counts: dict[tuple[str, str, int], int] = {}

    def __call__(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        """Answers the interpreter for a frame that begins or goes on."""
        if not frame.f_code.co_filename.startswith(HANDIN_MARK):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._count

    def _count(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "opcode":
            code = frame.f_code
            key = (code.co_filename, code.co_qualname, frame.f_lineno or 0)
            self.counts[key] = self.counts.get(key, 0) + 1
        return self._count


def start() -> None:
    """Begins to count, from zero."""
    tracer = Tracer()
    threading.settrace(tracer)
    sys.settrace(tracer)


def count() -> dict[str, Any]:
    """Ends counting.

    Returns:
        `total`, and `lines`: (file, function, line, count), the largest counts first.

    Raises:
        RuntimeError: counting has not begun, or the hand-in has set a trace function itself.
    """
    tracer = sys.gettrace()
    if not isinstance(tracer, Tracer):
        raise RuntimeError("Another trace function has taken the place of the one that counts.")
    sys.settrace(tracer.before[0])
    threading.settrace(tracer.before[1])
    most = sorted(tracer.counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [
        (file.removeprefix(HANDIN_MARK), function.partition(".<")[0], line, number)
        for (file, function, line), number in most[:LINES_AT_MOST]
    ]
    return {"total": sum(tracer.counts.values()), "lines": lines}
