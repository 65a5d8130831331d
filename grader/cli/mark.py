"""`grader mark`: people give marks for what no check can judge, or none has judged."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import ExitCode, say, say_safely
from grader.cli.grade import SECRET_VARIABLE, read_secret
from grader.errors import UsageError
from grader.plain_text import quote, quote_if_odd

if TYPE_CHECKING:
    from grader.cli.marked_report import MarkedReport
    from grader.records import Rubric

PATH_CHARS = 300
TABLE_BYTES = 32 * 2**20


@click.command()
@click.argument(
    "reports", metavar="REPORT...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--rubric",
    "rubric_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The rubric that the reports were made with; else the assignment's.",
)
@click.option("--by", metavar="NAME", help="Who marks. [default: the user's name]")
@click.option(
    "--set",
    "answers",
    metavar="CRITERION=LEVEL",
    multiple=True,
    help="Give one mark without being asked; LEVEL is a number, a credit such as 0.75, or how the "
    "level's description begins; for what checks left open `full`, `half` or `none`. May be "
    "repeated.",
)
@click.option("--comment", metavar="TEXT", default="", help="For the student, with --set.")
@click.option(
    "--csv",
    "table",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a table with a row for each open criterion.",
)
@click.option(
    "--from-csv",
    "filled",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take the marks of such a table: all of them, or none if one cannot be used.",
)
@click.option(
    "--apply",
    "only_apply",
    is_flag=True,
    help="Ask nothing; put marks that were edited by hand in.",
)
@click.option(
    "--accept-changed", is_flag=True, help="Keep marks of an earlier version of the hand-in."
)
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"File with the course's secret, to sign signed reports anew; else ${SECRET_VARIABLE}.",
)
def mark(
    reports: tuple[Path, ...],
    rubric_file: Path | None,
    by: str | None,
    answers: tuple[str, ...],
    comment: str,
    table: Path | None,
    filled: Path | None,
    only_apply: bool,
    accept_changed: bool,
    secret_file: Path | None,
) -> int:
    """Mark what people have to judge, one criterion after the other.

    That is what the rubric leaves to people, and what checks could not judge in this hand-in.
    REPORT is a file that `grader grade` wrote. Each mark is kept at once in <hand-in>.marks.yaml
    beside it, which may be edited by hand; at the end the report is written anew with all of them.
    """
    from grader.cli.marked_report import open_report

    ways = [bool(answers), table is not None, filled is not None, only_apply]
    if sum(ways) > 1:
        raise click.UsageError("Give one of --set, --csv, --from-csv and --apply.")
    if answers and len(reports) > 1:
        raise click.UsageError("Give --set with one REPORT.")
    if comment and not answers:
        raise click.UsageError("Give --comment with --set.")
    secret = read_secret(secret_file, os.environ.get(SECRET_VARIABLE))
    rubrics = _Rubrics(rubric_file)
    opened = [
        open_report(path, rubrics.of, secret, accept_changed, reads_only=table is not None)
        for path in reports
    ]
    who = by if by is not None else _user(os.environ)
    if table is not None:
        return _export(opened, table)
    if filled is not None:
        return _take(opened, filled, who)
    if answers:
        return _set(opened[0], answers, comment, who)
    return _finish(opened) if only_apply else _step(opened, who)


class _Rubrics:
    """Loads each assignment's rubric once."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._loaded: dict[str, Rubric] = {}

    def of(self, assignment: str) -> Rubric:
        from grader.cli.inputs import choose_rubric

        key = "" if self._file else assignment
        if key not in self._loaded:
            named = None if self._file else assignment
            self._loaded[key] = choose_rubric(named, self._file, None)
        return self._loaded[key]


def _user(environ: Mapping[str, str]) -> str:
    return next((environ[name] for name in ("LOGNAME", "USER", "USERNAME") if name in environ), "")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _one_rubric(opened: Sequence[MarkedReport]) -> Rubric:
    first = opened[0].rubric
    for one in opened:
        if one.rubric.assignment != first.assignment:
            raise UsageError(
                f"{quote(str(one.path), PATH_CHARS)} is of the assignment "
                f"{quote(one.rubric.assignment)}, and {quote(str(opened[0].path), PATH_CHARS)} of "
                f"{quote(first.assignment)}. A table holds one assignment; give the others apart."
            )
    return first


def _export(opened: Sequence[MarkedReport], table: Path) -> int:
    from grader.marks_table import open_table
    from grader.report.storage import write_text
    from grader.report.wording import plural

    text, rows = open_table([one.report for one in opened], _one_rubric(opened))
    write_text(text, table)
    say(f"✓ wrote {plural(rows, 'open mark')} to {quote(str(table), PATH_CHARS)}")
    return ExitCode.FULL_CREDIT


def _take(opened: Sequence[MarkedReport], filled: Path, who: str) -> int:
    from grader.marks_table import read_table
    from grader.report.wording import plural

    rubric = _one_rubric(opened)
    rows = read_table(_read(filled), [one.report for one in opened], rubric, who, _now())
    for one in opened:
        own = [row.mark for row in rows if row.handin == one.report.handin.id]
        for given in own:
            one.marks = one.marks.with_mark(given)
        if own:
            one.keep_marks()
    say(f"✓ took {plural(len(rows), 'mark')} from {quote(str(filled), PATH_CHARS)}")
    return _finish(opened)


def _read(filled: Path) -> str:
    name = quote(str(filled), PATH_CHARS)
    try:
        with filled.open("rb") as file:
            content = file.read(TABLE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"The table {name} cannot be read: {error.strerror}. Check it.") from error
    if len(content) > TABLE_BYTES:
        raise UsageError(f"The table {name} is larger than {TABLE_BYTES // 2**20} MiB. Split it.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The table {name} is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}. "
            "Save it as CSV in UTF-8."
        ) from error


def _set(opened: MarkedReport, answers: Sequence[str], comment: str, who: str) -> int:
    from grader.marks import make_mark
    from grader.marks_open import find_open, open_to_mark

    found = open_to_mark(opened.report, opened.rubric)
    marks = opened.marks
    for answer in answers:
        name, equals, level = answer.partition("=")
        if not equals:
            raise UsageError(
                f"--set {quote(answer)} names no level. Write CRITERION=LEVEL, such as proof=1."
            )
        criterion = find_open(found, opened.rubric, name.strip()).criterion
        given = make_mark(criterion, level, comment, who, _now())
        marks = marks.with_mark(given)
    opened.marks = marks
    opened.keep_marks()
    return _finish([opened])


def _finish(opened: Sequence[MarkedReport]) -> int:
    """Writes the reports, and says how they stand."""
    for one in opened:
        _write(one)
    return ExitCode.FULL_CREDIT


def _step(opened: Sequence[MarkedReport], who: str) -> int:
    """Asks for what is open, and writes each report that was come to."""
    from grader.cli.marking import Marking

    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a stray byte costs no comment
    for one in opened:
        went_on = Marking(one, _ask, sys.stdout, who, _now).run()
        _write(one)
        if not went_on:
            break
    return ExitCode.FULL_CREDIT


def _write(one: MarkedReport) -> None:
    from grader.report.wording import score_text

    one.write()
    say_safely(f"✓ {quote_if_odd(str(one.path), PATH_CHARS)}: {score_text(one.report)}")


def _ask(prompt: str) -> str | None:
    """Asks for a line; nothing is the end of the input."""
    click.echo(prompt, nl=False)
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None
