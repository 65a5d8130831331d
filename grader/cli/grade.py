"""`grader grade`: all checks of one hand-in or many, one report file each."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from grader.cli import ExitCode, exit_code, explain_fault, say, say_safely
from grader.cli.training_options import machine_for, training_options
from grader.errors import SandboxMissing, UsageError
from grader.plain_text import quote, quote_if_odd

if TYPE_CHECKING:
    from grader.handin import HandIn
    from grader.machine import Machine
    from grader.pipeline import GradingRequest, Observer
    from grader.records import Rubric
    from grader.report import Report
    from grader.worker.service import WorkerService

SECRET_VARIABLE = "GRADER_SECRET"  # noqa: S105 - the name of a variable, not a secret
MARKS_SUFFIX = ".marks.yaml"
PAGE_SUFFIX = ".html"
NAME_BYTES = 150
PATH_CHARS = 300

NO_SECRET = (
    "grader: no secret was given, so the inputs of the checks are public and can be prepared for, "
    "and the reports are not signed. "
    f"Set {SECRET_VARIABLE}, or give --secret-file FILE with a line of random text."
)

BECAME = {
    ExitCode.FULL_CREDIT: "full credit",
    ExitCode.CREDIT_LOST: "lost credit",
    ExitCode.UNUSABLE: "unusable",
    ExitCode.NEEDS_PERSON: "for a person to look at",
}


@dataclass(frozen=True, slots=True)
class Run:
    """What all hand-ins of one call share.

    Attributes:
        deadline_s: what each hand-in may take altogether; None where nothing limits it.
        html: whether to write a page beside each report.
        taken: grows by the names of their reports.
    """

    rubric: Rubric
    secret: bytes
    out: Path
    root: str | None
    sandbox: Literal["require", "auto", "off"]
    machine: Machine
    deadline_s: float | None = None
    html: bool = False
    taken: set[str] = field(default_factory=set)


@click.command()
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--assignment", metavar="ID", help="The assignment.")
@click.option(
    "--rubric",
    "rubric_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A rubric file.",
)
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for the reports, one <hand-in>.json each; made if missing.",
)
@click.option("--root", metavar="DIR", help="Folder inside each hand-in that holds the package.")
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=f"File with the course's secret, which decides the draws and signs the reports; else "
    f"${SECRET_VARIABLE}.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["require", "auto", "off"]),
    default="require",
    show_default=True,
    help="What to do where this machine cannot isolate the hand-ins: refuse to score them, or "
    "grade them and note it in the report (auto, off).",
)
@click.option(
    "--deadline",
    "deadline_s",
    metavar="SECONDS",
    type=click.FloatRange(min=1, max=7 * 86400),
    help="What each hand-in may take altogether; its report says what was not reached.",
)
@click.option(
    "--html",
    is_flag=True,
    help="Write <hand-in>.html beside each report: a page for staff, hidden checks included.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per hand-in.")
@training_options(trains=True)
@click.pass_context
def grade(
    ctx: click.Context,
    paths: tuple[Path, ...],
    assignment: str | None,
    rubric_file: Path | None,
    out: Path,
    root: str | None,
    secret_file: Path | None,
    sandbox: str,
    deadline_s: float | None,
    html: bool,
    as_json: bool,
    training: bool,
    device: str,
    data_dir: Path | None,
) -> int:
    """Grade hand-ins on all checks, hidden ones included.

    Each report is written anew after each check, and says that it is not finished until its
    hand-in is done. It is signed with the course's secret. Marks that people gave, in
    <hand-in>.marks.yaml beside it, are put into it. A hand-in that cannot be graded does not stop
    the others.
    """
    from grader.cli.inputs import choose_rubric
    from grader.worker.self_protection import protect_this_process

    protect_this_process()
    rubric = choose_rubric(assignment, rubric_file, None)
    secret = read_secret(secret_file, os.environ.get(SECRET_VARIABLE))
    if not secret:
        say(NO_SECRET, err=True)
    _make_folder(out)
    isolation = cast("Literal['require', 'auto', 'off']", sandbox)
    machine = machine_for(training, device, data_dir, os.environ)
    run = Run(rubric, secret, out, root, isolation, machine, deadline_s, html)
    tell = _tell_json if as_json else _tell_person
    debug = bool(ctx.find_root().params.get("debug"))
    places = where_they_differ(paths)
    codes = [_grade_one(run, path, places.get(path, ""), tell, debug=debug) for path in paths]
    if len(paths) > 1 and not as_json:
        counted = Counter(codes)
        parts = [f"{counted[code]} {BECAME[code]}" for code in BECAME if counted[code]]
        say(f"\n{len(paths)} hand-ins: {', '.join(parts)}; reports in {quote(str(out))}")
    return max(codes)


Tell = Callable[[Path, Path, "Report"], None]


def _grade_one(run: Run, path: Path, place: str, tell: Tell, *, debug: bool) -> ExitCode:
    """Grade a hand-in, write its report and say what became of it, whatever happens.

    `place` is part of its name where others have the same one; else empty.
    """
    from grader.cli.inputs import open_handin
    from grader.cli.progress import progress
    from grader.deadline import Deadline
    from grader.handin.model import display_id
    from grader.pipeline import GradingRequest
    from grader.report import sign, write_report
    from grader.staging import start_service

    limit_s = run.deadline_s
    deadline = None if limit_s is None else Deadline(limit_s, time.monotonic())
    try:
        # One service for each hand-in, in which it is both read and run, and none for two.
        with start_service(run.rubric, run.sandbox != "off") as service:
            handin = open_handin(path, run.rubric, run.root, service)
            if place:
                handin = replace(handin, id=display_id(f"{place}_{handin.id}"))
            request = GradingRequest(
                rubric=run.rubric,
                handin=handin,
                mode="grade",
                secret=run.secret,
                sandbox=run.sandbox,
                machine=run.machine,
                deadline=deadline,
            )
            written = run.out / report_name(handin.id, run.taken)
            with progress(sys.stderr, handin.id) as observer:
                report = _grade(request, observer, service, written)
        report = sign(_with_marks(report, run.rubric, written), run.secret)
        write_report(report, written)
        if run.html:
            _write_page(report, handin, written)
    except SandboxMissing:
        raise  # it would stop every other hand-in as well
    except Exception as error:
        message, code = explain_fault(error, debug=debug)
        say_safely(f"{quote_if_odd(str(path), PATH_CHARS)}: {message}", err=True)
        if tell is _tell_json:
            _print_json(path, error=message, exit_code=int(code))
        return code
    try:
        tell(path, written, report)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:  # stdout is a file on the same full disk; the others go on
        said = f"Its report was written, but stdout failed: {error.strerror or error}."
        say_safely(f"{quote_if_odd(str(path), PATH_CHARS)}: {said}", err=True)
        return ExitCode.NEEDS_PERSON
    return exit_code(report)


def _grade(
    request: GradingRequest, observer: Observer, service: WorkerService, written: Path
) -> Report:
    """Grade a hand-in; what is known of it meanwhile is kept where its report will be."""
    from grader.pipeline import grade_handin
    from grader.report.keeper import ReportKeeper

    with ReportKeeper(written, request.secret) as keeper:
        try:
            return grade_handin(request, observer, service, keep=keeper.keep)
        except SandboxMissing:
            keeper.withdraw()  # where isolation is required, no score stays without it
            raise


def _write_page(report: Report, handin: HandIn, written: Path) -> None:
    from grader.report.excerpts import sources_of
    from grader.report.html_page import html_page
    from grader.report.storage import write_text

    write_text(html_page(report, sources_of(handin)), written.with_suffix(PAGE_SUFFIX))


def _with_marks(report: Report, rubric: Rubric, written: Path) -> Report:
    """Puts the marks in that people gave before, if they gave any to this hand-in."""
    beside = written.with_suffix(MARKS_SUFFIX)
    if not beside.exists():
        return report
    from grader.marks import refused, with_marks
    from grader.marks_file import read_marks

    try:
        return with_marks(report, rubric, read_marks(beside, rubric))
    except UsageError as error:  # what was graded counts; a person looks at the marks
        return refused(report, error.message)


def _tell_person(path: Path, written: Path, report: Report) -> None:
    from grader.report.layout import Span
    from grader.report.terminal import print_lines, width_of
    from grader.report.wording import summary_mark, summary_text
    from grader.report.wrapping import hang

    mark, style = summary_mark(report)
    text, rest = summary_text(report), []
    if sys.stdout.isatty():
        text, *rest = hang(text, width_of(sys.stdout))
    lines = [(Span(f"{mark} ", style), Span(text)), *((Span(line),) for line in rest)]
    print_lines(lines, sys.stdout)


def _tell_json(path: Path, written: Path, report: Report) -> None:
    score = json.loads(report.to_json())["score"]
    _print_json(
        path,
        handin=report.handin.id,
        report=str(written),
        score=score,
        isolated=report.trust.isolated,
        exit_code=int(exit_code(report)),
    )


def _print_json(path: Path, **what: Any) -> None:
    click.echo(json.dumps({"path": str(path), **what}))


def read_secret(file: Path | None, variable: str | None) -> bytes:
    """Read the course's secret from a file, or else take the environment's; empty if neither.

    Raises:
        UsageError: the file is unreadable, or holds nothing.
    """
    if file is None:
        return (variable or "").strip().encode("utf-8", "surrogateescape")
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise UsageError(
            f"The secret {quote(str(file))} cannot be read: {error.strerror}. "
            "Check the path and its permissions."
        ) from error
    if not secret:
        raise UsageError(
            f"The secret {quote(str(file))} is empty. Write a line of random text into it."
        )
    return secret


def where_they_differ(paths: Iterable[Path]) -> dict[Path, str]:
    """Say where those lie that have the name of others, such as `hw1.zip` of every student.

    >>> where_they_differ([Path("all/ada/hw1.zip"), Path("all/bob/hw1.zip"), Path("all/eve")])
    {PosixPath('all/ada/hw1.zip'): 'ada', PosixPath('all/bob/hw1.zip'): 'bob'}
    """
    alike: dict[str, list[Path]] = defaultdict(list)
    for path in dict.fromkeys(paths):
        name = path.stem if path.is_file() else path.absolute().name
        alike[name.casefold()].append(path)
    found = {}
    for several in alike.values():
        folders = [path.absolute().parent for path in several]
        common = os.path.commonpath(folders)
        for path, folder in zip(several, folders, strict=True):
            place = folder.relative_to(common).as_posix()
            if place != ".":
                found[path] = place.replace("/", "_")
    return found


def report_name(handin_id: str, taken: set[str]) -> str:
    """Make a file name of a hand-in's id, and remember it: no two are the same on any system.

    >>> report_name("../Zoë hw", set())
    'Zoë_hw.json'
    """
    kept = "".join(c if c.isalnum() or c in "._-" else "_" for c in handin_id).strip("._-")
    base = kept.encode()[:NAME_BYTES].decode(errors="ignore") or "hand-in"
    name, count = base, 1
    while name.casefold() in taken:
        count += 1
        name = f"{base}-{count}"
    taken.add(name.casefold())
    return f"{name}.json"


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {quote(str(out))} for the reports cannot be made: {error.strerror}. "
            "Name another one with --out."
        ) from error
