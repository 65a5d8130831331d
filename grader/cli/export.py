"""`grader export`: checks the signatures of reports, and writes them in other formats."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import ExitCode, explain_fault, say, say_safely
from grader.cli.grade import SECRET_VARIABLE, read_secret
from grader.errors import UsageError
from grader.plain_text import quote, quote_if_odd

if TYPE_CHECKING:
    from grader.report.signature import SignatureState
    from grader.report.summary import Summary

PATH_CHARS = 300

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
    type=click.Choice(["csv", "json"]),
    help="Write a table or a list. [default: csv, but nothing with --verify alone]",
)
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write it here.")
@click.pass_context
def export(
    ctx: click.Context,
    reports: tuple[Path, ...],
    verify: bool,
    secret_file: Path | None,
    form: str | None,
    out: Path | None,
) -> int:
    """Verify reports, or put them into a table.

    REPORT is a file that `grader grade` wrote. With --verify, nothing is written of a report that
    was changed, is not signed, or is not finished. A report that cannot be used does not stop the
    others.
    """
    secret = read_secret(secret_file, os.environ.get(SECRET_VARIABLE))
    if verify and not secret:
        raise UsageError(NO_SECRET)
    writes = form is not None or out is not None or not verify
    debug = bool(ctx.find_root().params.get("debug"))
    codes, rows = [ExitCode.FULL_CREDIT], []
    for path in reports:
        try:
            state, row = _read(path, secret)
        except Exception as error:
            message, code = explain_fault(error, debug=debug)
            say_safely(message, err=True)
            codes.append(code)
            continue
        if verify:
            # A table on stdout stands alone.
            _tell(path, state, row.finished, err=writes and out is None)
        elif not row.finished:
            _say_of(path, UNFINISHED, err=True)
        refused = verify and (state != "genuine" or not row.finished)
        if refused or not row.finished:
            codes.append(ExitCode.NEEDS_PERSON)
        if not refused:
            rows.append(row)
    if writes:
        _write(rows, form or "csv", out, len(reports))
    return max(codes)


def _read(path: Path, secret: bytes) -> tuple[SignatureState, Summary]:
    """Read a report once; what is checked is what is summed up."""
    from grader.report.signature import check_signature
    from grader.report.storage import read_report_json, report_of
    from grader.report.summary import summarize

    data = read_report_json(path)
    state = check_signature(data, secret)
    return state, summarize(report_of(data), state, str(path))


def _tell(path: Path, state: SignatureState, finished: bool, *, err: bool) -> None:
    good = state == "genuine" and finished
    unfinished = state == "genuine" and not finished
    _say_of(path, UNFINISHED if unfinished else SENTENCES[state], err=err, good=good)


def _say_of(path: Path, said: str, *, err: bool, good: bool = False) -> None:
    say_safely(f"{'✓' if good else '✗'} {quote_if_odd(str(path), PATH_CHARS)}: {said}", err=err)


def _write(rows: list[Summary], form: str, out: Path | None, given: int) -> None:
    from grader.report.csv_table import csv_table
    from grader.report.json_list import json_list
    from grader.report.storage import write_text

    if not rows:
        say("No report could be used, so nothing was written.", err=True)
        return
    text = {"csv": csv_table, "json": json_list}[form](rows)
    if out is None:
        say(text.removesuffix("\n"))
        return
    write_text(text, out)
    say(f"✓ wrote {len(rows)} of {given} reports to {quote(str(out))}")
