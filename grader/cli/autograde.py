"""`grader autograde`: one submission in, results out, for containers and grading platforms."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from grader.cli import ExitCode, exit_code, explain_fault, say_safely
from grader.cli.ending import ended_at, stopped_by_sigterm
from grader.cli.grade import SECRET_VARIABLE, read_secret
from grader.cli.training_options import machine_for, training_options
from grader.errors import HandInError, UsageError
from grader.plain_text import quote

if TYPE_CHECKING:
    from grader.cli.results import Results
    from grader.deadline import Deadline
    from grader.machine import Machine
    from grader.records import Rubric
    from grader.report import Report

RUBRIC_NAME = "rubric.yaml"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a container has what.

    Attributes:
        submission: what was handed in.
        results: the folder that results go to.
        course: the course's folder, where one was put in.
        metadata: what the platform says of the submission; None where it says nothing.
        needs_zero: the platform reads the results only where the command ended with 0, so that
            another code is left for faults that results cannot tell of.
    """

    submission: Path
    results: Path
    course: Path
    metadata: Path | None = None
    needs_zero: bool = False


LAYOUTS = {
    "plain": Layout(Path("/submission"), Path("/results"), Path("/course")),
    "gradescope": Layout(
        Path("/autograder/submission"),
        Path("/autograder/results"),
        Path("/autograder/source/course"),
        Path("/autograder/submission_metadata.json"),
        needs_zero=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be graded, and how; see `grade_handin`."""

    submission: Path
    rubric: Rubric
    secret: bytes
    sandbox: Literal["require", "auto", "off"]
    machine: Machine
    deadline: Deadline


@click.command()
@click.option(
    "--layout",
    "layout_name",
    type=click.Choice(list(LAYOUTS)),
    default="plain",
    show_default=True,
    help="Where things are in the container: /submission, /results and /course, or Gradescope's "
    "folders.",
)
@click.option(
    "--submission",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="What was handed in, a folder or a file, in place of the layout's.",
)
@click.option(
    "--results",
    "results_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for results.json and report.json, in place of the layout's; made if missing.",
)
@click.option(
    "--course",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with rubric.yaml and, beside it, the reference, in place of the layout's.",
)
@click.option("--assignment", metavar="ID", help="An assignment of this installation.")
@click.option(
    "--deadline",
    "deadline_s",
    metavar="SECONDS",
    type=click.FloatRange(min=1, max=7 * 86400),
    default=540.0,
    show_default=True,
    help="What the whole run may take; results say what was not reached.",
)
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"File with the course's secret, which decides the draws and signs the report; else "
    f"${SECRET_VARIABLE}.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["require", "auto", "off"]),
    default="require",
    show_default=True,
    help="What to do where this container cannot isolate the hand-in: refuse to score it, or "
    "grade it and note it in the report (auto, off).",
)
@training_options(trains=True)
@click.pass_context
def autograde(
    ctx: click.Context,
    layout_name: str,
    submission: Path | None,
    results_dir: Path | None,
    course: Path | None,
    assignment: str | None,
    deadline_s: float,
    secret_file: Path | None,
    sandbox: str,
    training: bool,
    device: str,
    data_dir: Path | None,
) -> int:
    """Grade one submission in a container, on all checks.

    A valid results.json, in Gradescope's form, is there from the first second on and renewed after
    each check, so that a run that is ended loses nothing that it had found out. Only a fault of
    the grader or of the machine leaves a submission ungraded; results then say so and ask staff
    to run it again.
    """
    from grader.cli.gradescope_metadata import Metadata, read_metadata
    from grader.cli.results import Results
    from grader.deadline import Deadline
    from grader.worker.self_protection import protect_this_process

    deadline = Deadline(deadline_s, time.monotonic())
    protect_this_process()
    layout = LAYOUTS[layout_name]
    metadata = read_metadata(layout.metadata) if layout.metadata else Metadata()
    folder = results_dir or layout.results
    _make(folder)
    results = Results(folder, metadata.points, with_report=layout_name == "plain")
    debug = bool(ctx.find_root().params.get("debug"))

    def wanted() -> Wanted:
        handed_in = submission or layout.submission
        return Wanted(
            submission=handed_in,
            rubric=_rubric(assignment, course, layout.course, handed_in),
            secret=read_secret(secret_file, os.environ.get(SECRET_VARIABLE)),
            sandbox=cast("Literal['require', 'auto', 'off']", sandbox),
            machine=machine_for(training, device, data_dir, os.environ),
            deadline=deadline,
        )

    with stopped_by_sigterm():
        results.begin()
        if metadata.submission:
            say_safely(f"submission {metadata.submission}")
        with ended_at(deadline, results.end):
            code = _outcome(wanted, results, debug)
    if code is None:
        return ExitCode.NEEDS_PERSON
    return ExitCode.FULL_CREDIT if layout.needs_zero else code


def _outcome(wanted: Callable[[], Wanted], results: Results, debug: bool) -> ExitCode | None:
    """Grades, and leaves results of it in any case.

    Returns:
        What became of the hand-in; None where the fault is ours.
    """
    try:
        report = _grade(wanted(), results)
    except HandInError as error:
        results.refuse(error.message)
        say_safely(error.message, err=True)
        return ExitCode.UNUSABLE
    except Exception as error:
        results.fail()
        message, _ = explain_fault(error, debug=debug)
        say_safely(f"grader: {message}", err=True)
        return None
    results.finish(report)
    _tell(report)
    return exit_code(report)


def _grade(wanted: Wanted, results: Results) -> Report:
    from grader.cli.inputs import open_handin
    from grader.cli.progress import Silence
    from grader.cli.submission import find_submission
    from grader.pipeline import GradingRequest, grade_handin
    from grader.staging import start_service

    rubric = wanted.rubric
    results.know(rubric, wanted.secret)
    with start_service(rubric, wanted.sandbox != "off") as service:
        path = find_submission(wanted.submission, rubric.handin.accept)
        request = GradingRequest(
            rubric=rubric,
            handin=open_handin(path, rubric, None, service),
            mode="grade",
            secret=wanted.secret,
            sandbox=wanted.sandbox,
            machine=wanted.machine,
            deadline=wanted.deadline,
        )
        return grade_handin(request, Silence(), service, keep=results.keep)


def _rubric(assignment: str | None, course: Path | None, usual: Path, submission: Path) -> Rubric:
    from grader.cli.inputs import choose_rubric

    if assignment and course:
        raise UsageError("Give --assignment or --course, not both.")
    if course is None and not assignment and (usual / RUBRIC_NAME).is_file():
        course = usual
    if course is None:
        return choose_rubric(assignment, None, submission)
    return choose_rubric(None, course / RUBRIC_NAME, None)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {quote(str(folder))} for the results cannot be made: {error.strerror}. "
            "Mount one that may be written to, or name another one with --results."
        ) from error


def _tell(report: Report) -> None:
    from grader.report.wording import summary_mark, summary_text

    say_safely(f"{summary_mark(report)[0]} {summary_text(report)}")
    sys.stdout.flush()
