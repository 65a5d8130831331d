"""`grader export`: checks the signatures of reports, and writes them in other formats."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import ExitCode, explain_fault, say_safely
from grader.cli.grade import SECRET_VARIABLE, read_secret
from grader.errors import UsageError
from grader.plain_text import quote_if_odd

if TYPE_CHECKING:
    from grader.cli.export_request import ReadReport
    from grader.report.signature import SignatureState

PATH_CHARS = 300

# As `grader.report.formats` has them, which is imported when a format is written.
FORMATS = (
    "csv",
    "json",
    "nbgrader",
    "canvas",
    "moodle",
    "github",
    "gradescope",
    "html",
    "junit",
    "junit2",
    "lti",
    "markdown",
)

NO_SECRET = (
    "Signatures cannot be verified without the course's secret. "
    f"Set {SECRET_VARIABLE}, or give --secret-file FILE: the secret that `grader grade` had."
)

UNFINISHED = (
    "Not finished: the run that wrote it was ended before its last check, or is still going on, so "
    "its points are not the hand-in's. Grade the hand-in again, or wait for the run's end."
)

# What a signature says, by the name of its state.
SENTENCES = {
    "genuine": "Genuine: it is as `grader grade` wrote it with this secret.",
    "not_genuine": (
        "Not genuine: it was changed after it was written, or it was signed with another secret; "
        "the two cannot be told apart. Grade the hand-in again if this is the right secret."
    ),
    "unsigned": (
        "Not signed: it was written without a secret, so nothing tells whether it was changed. "
        f"Grade the hand-in again with {SECRET_VARIABLE} or --secret-file."
    ),
    "unchecked": "Not checked: it is signed, but no secret was given.",
}


@click.command()
@click.argument(
    "reports", metavar="REPORT...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--verify",
    is_flag=True,
    help="Say of each report whether its signature is genuine, and leave out those that fail.",
)
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"File with the course's secret; else ${SECRET_VARIABLE}.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="What to write. [default: csv, but nothing with --verify alone]",
)
@click.option(
    "--out",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Write it here: a file, or a folder where each report becomes a file.",
)
@click.option(
    "--for",
    "audience",
    type=click.Choice(["students", "staff"]),
    help="Whose eyes it is for: students are told nothing of hidden checks but their points. "
    "[default: staff for csv and json, else students]",
)
@click.option("--after-due", is_flag=True, help="The due date has passed: tell what waited for it.")
@click.option(
    "--sheet",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="canvas, moodle: the sheet as downloaded, into which the marks are put.",
)
@click.option(
    "--roster",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="canvas, moodle, nbgrader, lti: whose hand-in is whose, a table with the columns id and "
    "handin.",
)
@click.option("--column", metavar="NAME", default="", help="canvas, moodle: column of the grade.")
@click.option("--feedback-column", metavar="NAME", default="", help="moodle: of the feedback.")
@click.option("--scale", is_flag=True, help="canvas, moodle: scale points to the sheet's maximum.")
@click.option(
    "--provisional",
    is_flag=True,
    help="canvas, moodle, nbgrader: also fill in points that are no grade yet.",
)
@click.option(
    "--classroom",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="github: also write the result for GitHub Classroom, and FILE.b64.",
)
@click.option(
    "--handin-folder", metavar="DIR", default="", help="github: where it lies in the repository."
)
@click.option(
    "--handins",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="html: the folder of the hand-ins that were graded, whose lines of code are shown.",
)
@click.pass_context
def export(
    ctx: click.Context,
    /,
    reports: tuple[Path, ...],
    verify: bool,
    secret_file: Path | None,
    form: str | None,
    out: Path | None,
    **options: object,
) -> int:
    """Verify reports, and write them for people and platforms.

    REPORT is a file that `grader grade` wrote. With --verify, nothing is written of a report that
    was changed, is not signed, or is not finished. A report that cannot be used does not stop the
    others.
    """
    secret = read_secret(secret_file, os.environ.get(SECRET_VARIABLE))
    if verify and not secret:
        raise UsageError(NO_SECRET)
    writes = form is not None or out is not None or not verify
    debug = bool(ctx.find_root().params.get("debug"))
    codes, found = [ExitCode.FULL_CREDIT], []
    for path in reports:
        try:
            one = _read(path, secret)
        except Exception as error:
            message, code = explain_fault(error, debug=debug)
            say_safely(message, err=True)
            codes.append(code)
            continue
        finished = one.report.finished
        if verify:
            # A table on stdout stands alone.
            _tell(path, one.state, finished, err=writes and out is None)
        elif not finished:
            _say_of(path, UNFINISHED, err=True)
        refused = verify and (one.state != "genuine" or not finished)
        if refused or not finished:
            codes.append(ExitCode.NEEDS_PERSON)
        if not refused:
            found.append(one)
    if writes:
        from grader.cli.export_request import Wanted
        from grader.cli.exporting import write_out

        given = {name: value for name, value in options.items() if value is not None}
        wanted = Wanted(form=form or "csv", out=out, **given)  # type: ignore[arg-type] # click's
        write_out(found, wanted, len(reports), datetime.now(UTC), os.environ)
    return max(codes)


def _read(path: Path, secret: bytes) -> ReadReport:
    """Read a report once; what is checked is what is written."""
    from grader.cli.export_request import ReadReport
    from grader.report.signature import check_signature
    from grader.report.storage import read_report_json, report_of

    data = read_report_json(path)
    return ReadReport(path, report_of(data), check_signature(data, secret))


def _tell(path: Path, state: SignatureState, finished: bool, *, err: bool) -> None:
    good = state == "genuine" and finished
    unfinished = state == "genuine" and not finished
    _say_of(path, UNFINISHED if unfinished else SENTENCES[state], err=err, good=good)


def _say_of(path: Path, said: str, *, err: bool, good: bool = False) -> None:
    say_safely(f"{'✓' if good else '✗'} {quote_if_odd(str(path), PATH_CHARS)}: {said}", err=err)
