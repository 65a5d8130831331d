"""`grader check`: a student's practice run of everything that is visible."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from grader.cli.training_options import machine_for, training_options


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
    "--only", metavar="ID", multiple=True, help="Run only this criterion; may be repeated."
)
@click.option("--json", "json_to", metavar="FILE", help="Write the report as JSON; - for stdout.")
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "off"]),
    default="auto",
    show_default=True,
    help="Whether to isolate your code from this machine as far as it can be.",
)
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
    sandbox: str,
    training: bool,
    device: str,
    data_dir: Path | None,
) -> int:
    """Try your work on all visible checks.

    PATH is the assignment's folder or a zip archive of it. Says what is wrong, why, and what to
    do. Needs no network and sends nothing anywhere.
    """
    # First of all: the worker process imports NumPy while this one reads the rubric.
    from grader.worker.service import WorkerService

    service = ctx.with_resource(WorkerService(wrapped=sandbox != "off"))
    from grader.cli import exit_code
    from grader.cli.inputs import choose_rubric, open_handin, split_ids
    from grader.cli.progress import progress
    from grader.pipeline import GradingRequest, grade_handin
    from grader.report import write_report
    from grader.report.keeper import ReportKeeper
    from grader.report.terminal import print_report

    rubric = choose_rubric(assignment, rubric_file, path)
    request = GradingRequest(
        rubric=rubric,
        handin=open_handin(path, rubric, root, service),
        mode="check",
        only=split_ids(only),
        sandbox="off" if sandbox == "off" else "auto",
        machine=machine_for(training, device, data_dir, os.environ),
    )
    file = None if json_to in (None, "-") else Path(json_to)
    with progress(sys.stderr, rubric.assignment) as observer, ExitStack() as stack:
        keep = stack.enter_context(ReportKeeper(file)).keep if file else None
        report = grade_handin(request, observer, service, keep=keep)
    if json_to == "-":
        click.echo(report.to_json(), nl=False)
        return exit_code(report)
    print_report(report, sys.stdout)
    if file:
        write_report(report, file)
    return exit_code(report)
