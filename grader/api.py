"""The grader from Python: stable names over the same line that the commands use.

    from grader import api

    rubric = api.load_rubric("umass_ece697ls_a1")
    report = api.check("hw1/", rubric, only=["relu_forward"])

`check` asks what students may see, with inputs that are the same for everybody; `grade` asks all.
Nothing here prints. What is wrong with a path, a rubric or a hand-in is a `GraderError` whose text
is a sentence for people; a wrong solution is no error but a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

from grader.assignments import assignment_ids, course_folder, guess_assignment, rubrics_dir
from grader.audit.conduct import Extent, audit_rubric
from grader.audit.findings import Findings
from grader.audit.wrong import Sort as WrongSort
from grader.checks import CHECK_KINDS
from grader.checks.question import Progress
from grader.errors import GraderError, UsageError
from grader.handin import HandIn
from grader.intake import read_for
from grader.machine import NOTHING, Machine
from grader.pipeline import GradingRequest, grade_handin
from grader.plain_text import quote
from grader.preview.previewed import PreviewedHandIn
from grader.preview.rescore import Preview
from grader.preview.stored import read_stored
from grader.records import EMPTY, CheckResult, Outcome, Rubric, Visibility
from grader.report import Report, SignatureState, read_report, sign, write_report
from grader.report.audience import for_students
from grader.report.csv_table import csv_table
from grader.report.excerpts import sources_of
from grader.report.gradescope import gradescope_results
from grader.report.html_page import html_page
from grader.report.junit import junit
from grader.report.markdown import markdown
from grader.report.summary import summarize
from grader.rubric import find_rubric
from grader.rubric.load import load_rubric as load_rubric_file
from grader.staging import start_service
from grader.worker.service import WorkerService

Sandbox = Literal["require", "auto", "off"]

__all__: Final = (
    "Findings",
    "GraderError",
    "HandIn",
    "Machine",
    "Outcome",
    "PreviewedHandIn",
    "Report",
    "Rubric",
    "UsageError",
    "Visibility",
    "assignments",
    "audit",
    "check",
    "export_csv",
    "export_gradescope",
    "export_html",
    "export_junit",
    "export_markdown",
    "for_students",
    "grade",
    "grade_all",
    "load_rubric",
    "preview",
    "read_handin",
    "read_report",
    "write_report",
)


def assignments() -> tuple[str, ...]:
    """Names the assignments that have a rubric here.

    >>> "umass_ece697ls_a1" in assignments()
    True
    """
    return assignment_ids()


def load_rubric(which: str | Path) -> Rubric:
    """Loads the rubric of an assignment, or one in a file.

    Args:
        which: an assignment's id, or a path that ends in `.yaml` or `.yml`.

    Raises:
        RubricError: it is missing, or has mistakes; the text holds all of them with their lines.

    >>> rubric = load_rubric("umass_ece697ls_a1")
    >>> rubric.possible, rubric.criteria[0].id
    (Decimal('100.0'), 'affine_forward')
    """
    path = Path(which)
    if path.suffix not in (".yaml", ".yml"):
        path = find_rubric(str(which), rubrics_dir())
    return load_rubric_file(path, CHECK_KINDS)


def read_handin(path: str | Path, rubric: Rubric, root: str | None = None) -> HandIn:
    """Reads a hand-in without running any of it.

    Args:
        path: a folder, an archive, a notebook or a script.
        rubric: whose rules say what a hand-in looks like.
        root: the package's folder in it, where it cannot be told.

    Raises:
        HandInError: it is missing, unsafe, or not of this assignment.
        WorkerDidNotStart: a fault of the machine; archives and notebooks are read in a worker.

    >>> handin = read_handin("tests/handins/base", load_rubric("umass_ece697ls_a1"))
    >>> handin.id, handin.kind, "layers.py" in handin.files
    ('base', 'folder', True)
    """
    with start_service(rubric) as service:
        return read_for(rubric, Path(path), root, service)


def check(
    path: str | Path,
    rubric: Rubric | None = None,
    *,
    only: Sequence[str] = (),
    root: str | None = None,
    sandbox: Sandbox = "auto",
    machine: Machine = NOTHING,
) -> Report:
    """Asks the visible checks, as `grader check` does.

    Args:
        path: see `read_handin`.
        rubric: guessed from the files unless given.
        only: ids of criteria; all when empty.
        root: see `read_handin`.
        sandbox: `auto` isolates the worker as far as this machine can; `require` refuses to score
            where it cannot; `off` does not try.
        machine: what there is to train networks with; unless given, none is trained.

    Raises:
        UsageError: the assignment cannot be told, or a criterion's id is wrong.
        GraderError: see `read_handin`; or the machine lacks what is required.

    >>> report = check("tests/handins/base", only=["relu_forward"])
    >>> found = next(one for one in report.criteria if one.id == "relu_forward")
    >>> str(found.outcome), found.lower, found.upper
    ('passed', Decimal('0.40'), Decimal('0.80'))
    """
    rubric = rubric or _guessed(Path(path))
    with start_service(rubric, sandbox != "off") as service:
        handin = read_for(rubric, Path(path), root, service)
        request = GradingRequest(
            rubric, handin, "check", only=tuple(only), sandbox=sandbox, machine=machine
        )
        return grade_handin(request, _Silent(), service)


def grade(
    path: str | Path,
    rubric: Rubric,
    *,
    secret: bytes = b"",
    root: str | None = None,
    sandbox: Sandbox = "require",
    machine: Machine = NOTHING,
) -> Report:
    """Asks all checks, hidden ones included, and signs the report where there is a secret.

    Args:
        path: see `read_handin`.
        rubric: what is asked.
        secret: the course's; without one the inputs of hidden checks could be foreseen.
        root: see `read_handin`.
        sandbox: see `check`.
        machine: see `check`.

    Raises:
        SandboxMissing: isolation is required, and this machine does not give it.
        GraderError: see `read_handin`.
    """
    with start_service(rubric, sandbox != "off") as service:
        return _graded(Path(path), rubric, secret, root, sandbox, machine, service)


def grade_all(
    paths: Iterable[str | Path],
    rubric: Rubric,
    *,
    secret: bytes = b"",
    sandbox: Sandbox = "require",
    machine: Machine = NOTHING,
) -> Iterator[tuple[Path, Report | GraderError]]:
    """Grades hand-ins one after the other; one that cannot be graded does not stop the others.

    Args:
        paths: see `read_handin`.
        rubric: what is asked.
        secret: see `grade`.
        sandbox: see `check`.
        machine: see `check`.

    Yields:
        Each path with its report, or with the error that says why there is none.
    """
    for each in paths:
        path = Path(each)
        try:
            yield path, grade(path, rubric, secret=secret, sandbox=sandbox, machine=machine)
        except GraderError as error:
            yield path, error


def preview(
    rubric: Rubric, reports: Iterable[str | Path], before: Rubric | None = None
) -> tuple[PreviewedHandIn, ...]:
    """Scores stored reports again by an edited rubric, without running any student code.

    Args:
        rubric: as edited.
        reports: files that `write_report` or `grader grade` wrote.
        before: the rubric that they were made with; edits are then told by name.

    Raises:
        UsageError: a file is no report.
    """
    made = Preview(rubric, before)
    return tuple(made.of(read_stored(Path(path))) for path in reports)


def audit(
    rubric: Rubric,
    *,
    nearest: Sequence[str] = (),
    sorts: Sequence[WrongSort] = ("mutant", "misconception", "canary", "single"),
    sample: int | None = None,
    jobs: int = 1,
    whole: bool = False,
) -> Findings:
    """Puts wrong solutions to a rubric, as `grader rubric audit` does.

    Args:
        rubric: in a file beside its reference.
        nearest: ids of criteria; only what is wrong nearest to one of them is tried, all unless
            given.
        sorts: of wrong solutions: slips, what students misunderstand, what gives nothing or a
            constant; and `single`, which is right and computes in single precision.
        sample: how many of each sort at most, always the same ones; all unless given.
        jobs: processes.
        whole: whether to ask all that a wrong solution reaches, and not only to the first loss.

    Raises:
        UsageError: the assignment has no template or no reference, or no such criterion.
        RubricError: the list of known survivors, or the misconceptions, cannot be read.
        WorkerDidNotStart: a fault of the machine.

    >>> rubric = load_rubric("umass_ece697ls_a1")
    >>> found = audit(rubric, nearest=["dropout_forward"], sorts=["misconception"], sample=2)
    >>> found.is_clean, dict(found.counts()), len(found.survivors)
    (True, {('misconception', 'killed'): 2}, 0)
    """
    samples = () if sample is None else tuple((sort, sample) for sort in sorts)
    extent = Extent(
        sorts=tuple(sorts), nearest=tuple(nearest), samples=samples, jobs=jobs, whole=whole
    )
    return audit_rubric(rubric, extent)


def export_csv(reports: Iterable[Report]) -> str:
    """Writes reports as a table, one line each, with a line of column names before them."""
    states = {True: SignatureState.UNCHECKED, False: SignatureState.UNSIGNED}
    return csv_table(
        [summarize(one, states[bool(one.signature)], one.handin.id) for one in reports]
    )


def export_gradescope(report: Report) -> str:
    """Writes a report as Gradescope's `results.json`, which says of each test who may see it."""
    return gradescope_results(report)


def export_html(report: Report, handin: HandIn | None = None) -> str:
    """Writes a report as a page for a browser, all of it; see `for_students`.

    Args:
        report: of one hand-in.
        handin: the same, to show the lines concerned.
    """
    return html_page(report, sources_of(handin) if handin is not None else EMPTY)


def export_junit(report: Report) -> str:
    """Writes a report as JUnit's XML, all of it; see `for_students`."""
    return junit(report)


def export_markdown(report: Report) -> str:
    """Writes a report as Markdown, all of it; see `for_students`."""
    return markdown(report)


class _Silent:
    """An observer that tells nobody."""

    def planned(self, checks: int) -> None:
        """Does nothing."""

    def finished(self, result: CheckResult) -> None:
        """Does nothing."""

    def progressed(self, progress: Progress) -> None:
        """Does nothing."""


def _graded(
    path: Path,
    rubric: Rubric,
    secret: bytes,
    root: str | None,
    sandbox: Sandbox,
    machine: Machine,
    service: WorkerService,
) -> Report:
    handin = read_for(rubric, path, root, service)
    request = GradingRequest(
        rubric, handin, "grade", secret=secret, sandbox=sandbox, machine=machine
    )
    report = grade_handin(request, _Silent(), service)
    return sign(report, secret) if secret else report


def _guessed(path: Path) -> Rubric:
    beside = course_folder(path)
    if beside is not None:
        return load_rubric(beside / "rubric.yaml")
    assignment = guess_assignment(path)
    if not assignment:
        raise UsageError(
            f"Which assignment {quote(str(path))} belongs to cannot be told from its files. Give "
            "its rubric, as in load_rubric(ID)."
        )
    return load_rubric(assignment)
