"""Progress of a run: a bar at a terminal, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from grader.plain_text import clean_text

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from grader.checks.question import Progress
    from grader.pipeline import Observer
    from grader.records import CheckResult

LABEL_CHARS = 32
LEAST_SHARE = 0.01  # done, before a remaining time is told


class Silence:
    """Observes a run and shows nothing."""

    def planned(self, checks: int) -> None:
        """Take note of nothing."""

    def finished(self, result: CheckResult) -> None:
        """Take note of nothing."""

    def progressed(self, progress: Progress) -> None:
        """Take note of nothing."""


class Bar:
    """Observes a run and moves a bar: how many checks are done, and of which criterion."""

    def __init__(self, progress: RichProgress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def planned(self, checks: int) -> None:
        """Set the bar's length."""
        self._progress.update(self._task, total=checks)

    def finished(self, result: CheckResult) -> None:
        """Move the bar by one check and name its criterion."""
        criterion = clean_text(result.id.partition("/")[0], LABEL_CHARS)
        self._progress.update(self._task, advance=1, criterion=criterion)

    def progressed(self, progress: Progress) -> None:
        """Say how far a check has come, and when it will be done at the latest."""
        criterion = clean_text(progress.id.partition("/")[0], LABEL_CHARS)
        share = max(progress.share, LEAST_SHARE)
        left_s = progress.wall_s * (1 - progress.share) / share
        said = f"{criterion}{progress.seen} {progress.share:.0%}, {left_s:.0f} s left"
        self._progress.update(self._task, criterion=said)


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
