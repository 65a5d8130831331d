"""`grader check`: a student's practice run of everything that is visible."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from grader.cli.training_options import machine_for, training_options

if TYPE_CHECKING:
    from grader.handin import HandIn
    from grader.report import Report


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--assignment", metavar="ID", help="The assignment; guessed from PATH if left out.")
@click.option(
    "--rubric",
    "rubric_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A rubric file.",
)
@click.option("--root", metavar="DIR", help="Folder inside PATH that holds your package.")
@click.option(
    "--only",
    metavar="ID",
    multiple=True,
    help="Run only this criterion, as reports and `grader rubric show` name it; may be repeated.",
)
@click.option("--json", "json_to", metavar="FILE", help="Write the report as JSON; - for stdout.")
@click.option(
    "--html",
    "html_to",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the report as a page with your code beside it.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "off"]),
    default="auto",
    show_default=True,
    help="Whether to isolate your code from this machine as far as it can be.",
)
@click.option("--watch", is_flag=True, help="Go on, and judge again whenever a file is saved.")
@training_options(trains=False)
@click.pass_context
def check(
    ctx: click.Context,
    path: Path,
    assignment: str | None,
    rubric_file: Path | None,
    root: str | None,
    only: tuple[str, ...],
    json_to: str | None,
    html_to: Path | None,
    sandbox: str,
    watch: bool,
    training: bool,
    device: str,
    data_dir: Path | None,
) -> int:
    """Try your work on all visible checks.

    PATH is the assignment's folder, a zip archive of it, or a notebook or Python file where the
    assignment takes one; the current folder if left out. Says what is wrong, why, and what to do.
    Needs no network and sends nothing anywhere.
    """
    if watch and json_to == "-":
        raise click.UsageError(
            "Give --watch or --json -, not both; --json FILE is kept up to date."
        )
    # First of all: the worker process imports NumPy while this one reads the rubric.
    from grader.watching.standing import StandingService
    from grader.worker.service import WorkerService

    made = StandingService if watch else WorkerService
    service = ctx.with_resource(made(wrapped=sandbox != "off"))
    from grader.cli import exit_code
    from grader.cli.inputs import choose_rubric, open_handin, split_ids
    from grader.cli.progress import progress
    from grader.cli.watching import remember_run, say_report
    from grader.pipeline import GradingRequest, grade_handin
    from grader.report import write_report
    from grader.report.keeper import ReportKeeper
    from grader.report.storage import is_stream

    rubric = choose_rubric(assignment, rubric_file, path)
    file = None if json_to in (None, "-") else Path(json_to or "")
    confined: Literal["auto", "off"] = "off" if sandbox == "off" else "auto"
    machine = machine_for(training, device, data_dir, os.environ)

    def write(report: Report, handin: HandIn) -> None:
        if html_to:
            _write_page(report, handin, html_to)
        if file:
            write_report(report, file)

    if isinstance(service, StandingService):
        from grader.cli.watching import keep_watching
        from grader.watching.rounds import Watched

        watched = Watched(rubric, path, root, split_ids(only), confined, machine)
        return keep_watching(watched, service, lambda each: write(each.report, each.handin))
    request = GradingRequest(
        rubric=rubric,
        handin=open_handin(path, rubric, root, service),
        mode="check",
        only=split_ids(only),
        sandbox=confined,
        machine=machine,
    )
    with progress(sys.stderr, rubric.assignment) as observer, ExitStack() as stack:
        keep = None
        if file and not is_stream(file):  # which cannot take back what it was given
            keep = stack.enter_context(ReportKeeper(file)).keep
        report = grade_handin(request, observer, service, keep=keep)
    if json_to == "-":
        if html_to:
            _write_page(report, request.handin, html_to)
        remember_run(report, path)
        click.echo(report.to_json(), nl=False)
        return exit_code(report)
    say_report(report, path, sys.stdout)
    write(report, request.handin)
    return exit_code(report)


def _write_page(report: Report, handin: HandIn, file: Path) -> None:
    from grader.report.audience import for_students
    from grader.report.excerpts import sources_of
    from grader.report.html_page import html_page
    from grader.report.storage import write_text

    write_text(html_page(for_students(report), sources_of(handin)), file)
