"""Writes reports as `grader export` was asked to: to a file, into a folder, or to stdout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from grader.cli import say, say_safely
from grader.cli.export_github import write_github
from grader.cli.export_request import ReadReport, Wanted
from grader.errors import GraderError, UsageError
from grader.plain_text import quote, quote_if_odd
from grader.records import EMPTY
from grader.report.audience import for_students
from grader.report.formats import (
    GITHUB,
    NBGRADER,
    SHEETS,
    SILENT,
    SINGLES,
    TABLES,
    Context,
    Single,
)
from grader.report.gradebook import Choices
from grader.report.model import Report
from grader.report.nbgrader import nbgrader_table
from grader.report.roster import read_roster
from grader.report.sheet import read_sheet
from grader.report.standing import UNSIGNED, why_provisional
from grader.report.storage import write_text
from grader.report.summary import summarize

PATH_CHARS = 300
SHEET_BYTES = 20_000_000

# Which formats an option is for. An option that does nothing could hide a mistake.
ONLY_FOR: Mapping[str, tuple[str, frozenset[str]]] = {
    "sheet": ("--sheet", frozenset(SHEETS)),
    "column": ("--column", frozenset(SHEETS)),
    "feedback_column": ("--feedback-column", frozenset({"moodle"})),
    "scale": ("--scale", frozenset(SHEETS)),
    "provisional": ("--provisional", frozenset({*SHEETS, NBGRADER})),
    "roster": ("--roster", frozenset({*SHEETS, NBGRADER, "lti"})),
    "classroom": ("--classroom", frozenset({GITHUB})),
    "handin_folder": ("--handin-folder", frozenset({GITHUB})),
    "handins": ("--handins", frozenset({"html"})),
}


def write_out(
    found: Sequence[ReadReport],
    wanted: Wanted,
    given: int,
    now: datetime,
    environment: Mapping[str, str],
) -> None:
    """Write reports as they were asked for.

    Args:
        found: the reports that may be written.
        wanted: the format and its options.
        given: how many reports were named.
        now: when.
        environment: names GitHub's files.

    Raises:
        UsageError: options do not fit the format or each other, or a file cannot be used.
    """
    _refuse_misfits(wanted)
    if not found:
        say("No report could be used, so nothing was written.", err=True)
        return
    if wanted.form in SILENT:
        _tell_standing(found)
    if wanted.form in TABLES:
        rows = [summarize(one.report, one.state, str(one.path)) for one in found]
        _write_one(TABLES[wanted.form](rows), wanted.out, len(found), given)
    elif wanted.form == NBGRADER:
        reports = [one.report for one in found]
        text = nbgrader_table(reports, _roster(wanted), provisional=wanted.provisional)
        _write_one(text, wanted.out, len(found), given)
    elif wanted.form in SHEETS:
        _fill_sheet(found, wanted)
    elif wanted.form == GITHUB:
        write_github([_seen(one.report, wanted, "students") for one in found], wanted, environment)
    else:
        _write_singles(found, wanted, given, now)


def _refuse_misfits(wanted: Wanted) -> None:
    for field, (option, forms) in ONLY_FOR.items():
        if getattr(wanted, field) and wanted.form not in forms:
            raise UsageError(
                f"{option} is for --format {' or '.join(sorted(forms))}, and does nothing for "
                f"{wanted.form}. Leave it out, or give another format."
            )
    single = SINGLES.get(wanted.form)
    if wanted.audience and single is not None and single.audience is None:
        raise UsageError(
            f"--for does nothing for --format {wanted.form}, which holds all of a report and says "
            "of each test who may see it. Leave it out."
        )


def _seen(report: Report, wanted: Wanted, default: str) -> Report:
    """Give what the audience may see of a report."""
    audience = wanted.audience or default
    return for_students(report, wanted.after_due) if audience == "students" else report


def _tell_standing(found: Sequence[ReadReport]) -> None:
    """Say beside a format that has no place for it what is no grade yet."""
    for one in found:
        why = why_provisional(one.report)
        named = quote_if_odd(str(one.path), PATH_CHARS)
        if why and one.report.finished:  # the others were told of when they were read
            say_safely(f"? {named}: no grade yet, for {why}.", err=True)
        if one.report.mode == "grade" and not one.report.signature:
            say_safely(f"? {named}: {UNSIGNED}", err=True)


def _write_singles(found: Sequence[ReadReport], wanted: Wanted, given: int, now: datetime) -> None:
    single = SINGLES[wanted.form]
    context = Context(now, _roster(wanted))
    out = wanted.out
    if len(found) == 1 and (out is None or not out.is_dir()):
        _write_one(_single_text(single, found[0], wanted, context), out, 1, given)
        return
    if out is None:
        raise UsageError(
            f"--format {wanted.form} holds one report, and {len(found)} were given. Give --out "
            "DIR, a folder in which each becomes a file."
        )
    names = Counter(one.path.stem for one in found)
    if doubled := [name for name, count in names.items() if count > 1]:
        raise UsageError(
            f"Several reports are called {quote(doubled[0] + '.json')}, and each becomes a file of "
            "that name in one folder. Export them one after the other."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {quote(str(out))} cannot be made: {error.strerror}. Name another with "
            "--out DIR."
        ) from error
    for one in found:
        text = _single_text(single, one, wanted, context)
        write_text(text, out / f"{one.path.stem}{single.suffix}")
    say(f"✓ wrote {len(found)} of {given} reports to {quote(str(out))}")


def _single_text(single: Single, one: ReadReport, wanted: Wanted, context: Context) -> str:
    if single.audience is None:
        return single.write(one.report, replace(context, weights=_weights(one.report)))
    if wanted.handins is not None:
        from grader.cli.export_sources import sources_for

        sources, why = sources_for(one.report, wanted.handins)
        if why:
            named = quote_if_odd(str(one.path), PATH_CHARS)
            say_safely(f"? {named}: its page shows no lines of code, for {why}.", err=True)
        context = replace(context, sources=sources)
    return single.write(_seen(one.report, wanted, single.audience), context)


def _weights(report: Report) -> Mapping[str, Decimal]:
    """Read the weights of a report's checks from its rubric, where that is at hand."""
    from grader.cli.inputs import choose_rubric

    try:
        rubric = choose_rubric(report.assignment, None, None)
    except GraderError:
        return EMPTY
    if rubric.digest != report.environment.get("rubric_digest"):
        return EMPTY
    return {check.id: check.weight for one in rubric.criteria for check in one.checks}


def _fill_sheet(found: Sequence[ReadReport], wanted: Wanted) -> None:
    if wanted.sheet is None or wanted.out is None:
        raise UsageError(
            f"--format {wanted.form} fills a sheet that was downloaded. Give --sheet FILE, and "
            "--out FILE for the filled one, which may be the same."
        )
    name = quote(str(wanted.sheet))
    sheet = read_sheet(_text_of(wanted.sheet, "sheet"), name)
    choices = Choices(
        column=wanted.column,
        feedback=wanted.feedback_column,
        scale=wanted.scale,
        provisional=wanted.provisional,
        roster=_roster(wanted),
    )
    reports = [_seen(one.report, wanted, "students") for one in found]
    filled = SHEETS[wanted.form](sheet, name, reports, choices)
    write_text(filled.text, wanted.out)
    for sentence in filled.said:
        say_safely(f"? {sentence}", err=True)
    marks = "1 mark" if filled.marks == 1 else f"{filled.marks} marks"
    say(f"✓ put {marks} of {len(found)} reports into {quote(str(wanted.out))}")


def _roster(wanted: Wanted) -> Mapping[str, str]:
    if wanted.roster is None:
        return EMPTY
    return read_roster(_text_of(wanted.roster, "roster"), str(wanted.roster))


def _text_of(path: Path, what: str) -> str:
    """Read a file of the course's staff, its line ends as they are."""
    name = quote(str(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(SHEET_BYTES + 1)
        text = data.decode("utf-8")
    except OSError as error:
        raise UsageError(
            f"The {what} {name} cannot be read: {error.strerror}. Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The {what} {name} is not UTF-8 (byte {error.start}). Download it again, or save it "
            "as CSV in UTF-8."
        ) from error
    if len(data) > SHEET_BYTES:
        raise UsageError(
            f"The {what} {name} is larger than {SHEET_BYTES // 1_000_000} MB, which no {what} is. "
            "Check the path."
        )
    return text


def _write_one(text: str, out: Path | None, written: int, given: int) -> None:
    if out is None:
        say(text.removesuffix("\n"))
        return
    write_text(text, out)
    say(f"✓ wrote {written} of {given} reports to {quote(str(out))}")
