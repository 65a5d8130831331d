"""`grader check --watch`: says after each save what became of the work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from grader.cli import ExitCode, exit_code, explain_fault, say, say_safely
from grader.errors import GraderError
from grader.plain_text import clean_text, place_text, quote_some

if TYPE_CHECKING:
    from grader.records import CheckResult
    from grader.report import Report
    from grader.watching.loop import Step
    from grader.watching.rounds import Round, Watched
    from grader.watching.standing import StandingService

WAITING = "Watching {folder}. Save a file and it is judged again; Ctrl-C ends this."
MESSAGE_CHARS = 300


def keep_watching(
    watched: Watched, service: StandingService, write: Callable[[Round], None]
) -> ExitCode:
    """Judges a hand-in, and again whenever a file is saved, until Ctrl-C.

    Args:
        watched: what is judged, and how.
        service: has the workers.
        write: writes what else was asked for of a state.

    Returns:
        The exit code of the last state.

    Raises:
        HandInError: the hand-in cannot be read at the beginning.
        RubricError, UsageError, WorkerDidNotStart: see `grade_handin`.
    """
    from grader.cli.progress import progress
    from grader.course import find_course
    from grader.watching.loop import follow
    from grader.watching.rounds import Round, Tools, judge
    from grader.watching.saves import saves, stamps
    from grader.watching.selection import grounds_of

    course, seen = find_course(watched.rubric), stamps(watched.path)
    try:
        tools = Tools(service, course, grounds_of(watched.rubric))
        with progress(sys.stderr, watched.rubric.assignment) as observer:
            first = judge(watched, tools, observer)
        if not isinstance(first, Round):  # without a state before it there is nothing to wait for
            return ExitCode.NEEDS_PERSON
        say_report(first.report, watched.path, sys.stdout)
        write(first)
        code = exit_code(first.report)
        say("\n" + WAITING.format(folder=quote_some([str(watched.path)])))
        sys.stdout.flush()
        try:
            steps = follow(
                watched,
                tools,
                first,
                saves(watched.path, seen),
                lambda: progress(sys.stderr, watched.rubric.assignment),
                _say_soon,
            )
            for step in steps:
                code = _code_after(step)  # before it is said: who then presses Ctrl-C gets this one
                _say_step(step, sys.stdout)
                if isinstance(step.became, Round):
                    write(step.became)
                    remember_run(step.became.report, watched.path)
                sys.stdout.flush()
        except KeyboardInterrupt:
            say("\nStopped watching.", err=True)
        return code
    finally:
        course.close()


def _say_soon(saved: tuple[str, ...], criterion: str, results: Sequence[CheckResult]) -> None:
    from grader.records import Outcome

    lost = [each for each in results if each.outcome is not Outcome.PASSED]
    became = lost[0].message if lost else "It is right."
    say(f"\n{_saved(saved)}: {criterion} is judged, others follow.")
    say_safely(clean_text(became, MESSAGE_CHARS))
    sys.stdout.flush()


def _saved(names: Collection[str]) -> str:
    return f"{quote_some([*names], 3)} saved" if names else "The folder has changed"


def _code_after(step: Step) -> ExitCode:
    from grader.watching.rounds import Unparsable

    if isinstance(step.became, Unparsable):
        return ExitCode.CREDIT_LOST
    if isinstance(step.became, GraderError):
        return explain_fault(step.became, debug=False)[1]
    return exit_code(step.became.report)


def _say_step(step: Step, stream: TextIO) -> None:
    from grader.report.brief import lay_out_briefly
    from grader.report.changes import compare_runs, remember
    from grader.report.terminal import print_lines, width_of
    from grader.watching.rounds import Unparsable

    saved = _saved(step.saved)
    if isinstance(step.became, Unparsable):
        say(f"\n{saved}.")
        for file, (message, line) in step.became.faults.items():
            told = clean_text(message, MESSAGE_CHARS)
            say_safely(f"{place_text(file, line)}: {told}. Not judged until it can be read.")
        return
    if isinstance(step.became, GraderError):
        message, _ = explain_fault(step.became, debug=False)
        say(f"\n{saved}.")
        say_safely(f"{message} Judged again when something is saved.")
        return
    report = step.became.report
    if step.became is step.before:
        say(f"\n{saved}: all is as it was when it was judged last.")
        return
    count = len(step.became.asked)
    noun = "criterion" if count == 1 else "criteria"
    say(f"\n{saved}: {count} {noun} judged again in {step.wall_s:.2f} s.")
    before = step.before.report
    changes = compare_runs(remember(before, 0.0), report)
    print_lines(lay_out_briefly(report, before, changes, width_of(stream)), stream)


def say_report(report: Report, handin: Path, stream: TextIO) -> None:
    """Prints a report, below a line that says what changed since the last run, and remembers it."""
    from grader.report.layout import block
    from grader.report.terminal import print_lines, print_report, width_of

    told = remember_run(report, handin)
    if told:
        print_lines([*block([told], "", width_of(stream), "strong"), ()], stream)
    print_report(report, stream)


def remember_run(
    report: Report,
    handin: Path,
    environ: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = time.time,
) -> str:
    """Remembers how a run ended; returns what changed since the last one, empty for nothing."""
    from grader.report.changes import changes_text, compare_runs, remember
    from grader.watching.last_run import memory_file, read_memory, write_memory

    file, now_s = memory_file(handin, report.assignment, environ), clock()
    before = read_memory(file)
    write_memory(file, remember(report, now_s, before))
    if before is None:
        return ""
    return changes_text(compare_runs(before, report), now_s - before.ended_s)
