"""Keeps the newest report of a run on disk while the run goes on.

A disk takes milliseconds to say that it holds a file, as long as many a check takes. So a thread
waits for it, and the checks do not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.errors import GraderError
from grader.report.model import Report
from grader.report.piecewise import PiecewiseWriter
from grader.report.storage import write_text


class ReportKeeper:
    """Writes each report that it is given to one file, whole, signed, and in their order.

    Nothing is written before there is a report, so an older file stays until then. Of reports that
    come while one is being written only the newest is. A report that cannot be written is left
    out: the run goes on, and whoever writes its last report is told.

    Args:
        path: the file.
        secret: the course's; a report is not signed when it is empty.
        text: makes the file's text of a report; its JSON, signed, unless given.
    """

    def __init__(
        self, path: Path, secret: bytes = b"", text: Callable[[Report], str] | None = None
    ) -> None:
        self._path = path
        self._text = text or PiecewiseWriter(secret).text
        self._newest: deque[Report] = deque(maxlen=1)
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._holds_ours = False

    def keep(self, report: Report) -> None:
        """Have a report written soon; it takes the place of the one before."""
        self._newest.append(report)
        self._thread.submit(self._write)

    def withdraw(self) -> None:
        """Remove what was written, and write nothing more."""
        self._newest.clear()
        self.close()
        if self._holds_ours:
            self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Wait until the newest report is written."""
        self._thread.shutdown()

    def _write(self) -> None:
        with suppress(IndexError, GraderError):  # written already, or cannot be
            write_text(self._text(self._newest.pop()), self._path)
            self._holds_ours = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
