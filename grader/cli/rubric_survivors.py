"""Puts wrong solutions to a rubric for `grader rubric audit`, and shows how far it is."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from grader.cli import ExitCode, say
from grader.plain_text import clean_text

if TYPE_CHECKING:
    from grader.audit.conduct import Step
    from grader.records import Rubric

LINE_CHARS: Final = 2_000
LABEL_CHARS: Final = 48
TELL_EVERY_S: Final = 20.0  # where there is no terminal


def find_survivors(
    rubric: Rubric,
    only: tuple[str, ...],
    sample: int | None,
    whole: bool,
    jobs: int | None,
    json_path: Path | None,
    html_path: Path | None,
) -> ExitCode:
    """Audits a rubric, and says and writes what was found.

    Raises:
        GraderError: see `audit_rubric`; or a file cannot be written.
    """
    from grader.audit.as_json import findings_json
    from grader.audit.conduct import Extent, audit_rubric
    from grader.audit.page import audit_page
    from grader.audit.told import told
    from grader.report.storage import write_text

    extent = Extent(nearest=only, jobs=jobs or os.cpu_count() or 1, whole=whole)
    if sample is not None:
        extent = replace(extent, samples=tuple((sort, sample) for sort in extent.sorts))
    with _shown(sys.stderr, rubric.assignment) as tell:
        findings = audit_rubric(rubric, extent, tell)
    for line in told(findings):
        say(clean_text(line, LINE_CHARS))
    if json_path is not None:
        write_text(findings_json(findings), json_path)
    if html_path is not None:
        write_text(audit_page(findings), html_path)
    return ExitCode.FULL_CREDIT if findings.is_clean else ExitCode.CREDIT_LOST


@contextmanager
def _shown(stream: TextIO, label: str) -> Iterator[Callable[[Step], None]]:
    """Shows a bar with the time that is left; now and then a line where there is no terminal."""
    if not stream.isatty():
        yield _Lines()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from grader.report.terminal import console_on

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", style="dim", markup=False),
    )
    with Progress(*columns, console=console_on(stream), transient=True) as shown:
        task = shown.add_task(clean_text(label, LABEL_CHARS), total=None, last="")

        def tell(step: Step) -> None:
            last = step.verdict.wrong.key if step.verdict else ""
            shown.update(
                task, completed=step.done, total=step.planned, last=clean_text(last, LABEL_CHARS)
            )

        yield tell


class _Lines:
    """Says every now and then how far it is, and about how long it will take."""

    def __init__(self) -> None:
        self._begun_s = self._said_s = time.monotonic()

    def __call__(self, step: Step) -> None:
        now_s = time.monotonic()
        if now_s - self._said_s < TELL_EVERY_S or not step.done:
            return
        self._said_s = now_s
        left_s = (now_s - self._begun_s) / step.done * (step.planned - step.done)
        say(f"{step.done} of {step.planned} wrong solutions, about {left_s:.0f} s left", err=True)
