"""Progress of a run: a bar at a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from grader.plain_text import clean_text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from grader.pipeline import Observer
    from grader.records import CheckResult

LABEL_CHARS = 32


class Silence:
    """Observes a run and shows nothing."""

    def planned(self, checks: int) -> None:
        """Take note of nothing."""

    def finished(self, result: CheckResult) -> None:
        """Take note of nothing."""


class Bar:
    """Observes a run and moves a bar: how many checks are done, and of which criterion."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def planned(self, checks: int) -> None:
        """Set the bar's length."""
        self._progress.update(self._task, total=checks)

    def finished(self, result: CheckResult) -> None:
        """Move the bar by one check and name its criterion."""
        criterion = clean_text(result.id.partition("/")[0], LABEL_CHARS)
        self._progress.update(self._task, advance=1, criterion=criterion)


@contextmanager
def progress(stream: TextIO, label: str) -> Iterator[Observer]:
    """Show a bar on `stream` while the block runs, if it is a terminal; it leaves no trace."""
    if not stream.isatty():
        yield Silence()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from grader.report.terminal import console_on

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TextColumn("{task.fields[criterion]}", style="dim", markup=False),
    )
    with Progress(*columns, console=console_on(stream), transient=True) as shown:
        task = shown.add_task(clean_text(label, LABEL_CHARS), total=None, criterion="")
        yield Bar(shown, task)
