"""The straight line as a few calls: rubric and hand-in in, report out."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from grader import __version__, assignments
from grader.errors import SandboxMissing
from grader.examination import LENDER, Examination
from grader.handin import HandIn
from grader.harness import Harness, run_sealed
from grader.plain_text import clean_text
from grader.plan import GradingPlan, Mode, make_plan
from grader.records import CheckResult, Rubric, Trust
from grader.report import Report, build_report
from grader.scoring import score
from grader.worker import sandbox
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

REFERENCE_LIBRARY = "reference"


class Observer(Protocol):
    """Is told what happens while it happens."""

    def planned(self, checks: int) -> None:
        """The number of checks that will be asked."""

    def finished(self, result: CheckResult) -> None:
        """A check has its result."""


@dataclass(frozen=True, slots=True)
class GradingRequest:
    """What is to be graded, and how.

    Attributes:
        mode: `check` asks visible checks with public draws, `grade` asks all.
        secret: the course's, for the draws of `grade`.
        only: ids of criteria; all when empty.
        sandbox: `require` refuses to score when the worker is not isolated.
    """

    rubric: Rubric
    handin: HandIn
    mode: Mode
    secret: bytes = b""
    only: tuple[str, ...] = ()
    sandbox: Literal["require", "auto", "off"] = "auto"


def grade_handin(
    request: GradingRequest,
    observer: Observer,
    service: WorkerService | None = None,
    clock: Callable[[], float] = time.time,
) -> Report:
    """Grades one hand-in.

    Args:
        request: what and how.
        observer: told of every result as it comes.
        service: a running one, to be shared by several hand-ins; one is started unless given.
        clock: seconds since the epoch.

    Raises:
        KeyboardInterrupt: a person stopped the run.
        UsageError: `only` names a criterion that there is not.
        SandboxMissing: isolation is required and this machine does not give it.
        WorkerDidNotStart: a fault of the machine.
    """
    started_s = clock()
    plan = make_plan(request.rubric, request.handin, request.mode, request.secret, request.only)
    observer.planned(sum(planned.runs for planned in plan.checks))
    with examine(plan, service) as (examination, versions):
        trust = _trust(request, examination)
        harness = Harness(plan, examination, Path(request.rubric.path), observer.finished)
        run_sealed(harness)
        notes = tuple(examination.notes)
    return build_report(
        rubric=request.rubric,
        handin_id=request.handin.id,
        handin_digest=request.handin.digest,
        handin_kind=request.handin.kind,
        scorecard=score(request.rubric, harness.results),
        trust=trust,
        environment=_environment(request.rubric, versions),
        notes=(*request.handin.notes, *notes),
        started=datetime.fromtimestamp(started_s, UTC).isoformat(timespec="seconds"),
        wall_s=round(clock() - started_s, 3),
        mode=request.mode,
    )


@contextmanager
def examine(
    plan: GradingPlan, service: WorkerService | None = None
) -> Iterator[tuple[Examination, Mapping[str, str]]]:
    """Starts workers for a plan, and ends them; gives the worker's versions too."""
    rubric = plan.rubric
    roots = rubric.handin.roots
    # Files in a folder of another name import one another by that name.
    folder = plan.handin.root.rpartition("/")[2]
    names = (*roots, folder) if folder.isidentifier() and folder not in roots else roots
    provided = assignments.provided_sources(rubric)
    library = assignments.reference_library()
    course = assignments.reference_sources(rubric)
    # Only our own files, byte for byte, may import the library that they are built from.
    libraries = (REFERENCE_LIBRARY,) if plan.handin.files == course else ()
    with nullcontext(service) if service else WorkerService() as service:
        student_host, reference_host = service.host(), service.host()
        # Both hosts compile at the same time; each answers in the order in which it was asked.
        loading = [
            student_host.load("handin", plan.handin.files, provided),
            reference_host.load(REFERENCE_LIBRARY, library, {}),
            reference_host.load("handin", course, provided),
            *(student_host.load(name, library, {}) for name in libraries),
        ]
        facts, *_ = [wait() for wait in loading]

        def load_lender() -> None:
            for name, sources, more in (
                (REFERENCE_LIBRARY, library, {}),
                (LENDER, course, provided),
            ):
                student_host.load(name, sources, more)()

        examination = Examination(
            plan=plan,
            student=WorkerSession(
                student_host, Setup("handin", names, libraries, (REFERENCE_LIBRARY,))
            ),
            reference=WorkerSession(
                reference_host, Setup("handin", roots, (REFERENCE_LIBRARY,), confined=False)
            ),
            facts=facts,
            load_lender=load_lender,
        )
        try:
            yield examination, service.versions()
        finally:
            examination.finish()
            student_host.close()
            reference_host.close()


def self_test() -> Trust:
    """Says how far a worker is isolated on this machine.

    Raises:
        WorkerDidNotStart: no worker could be started.
    """
    with WorkerService() as service:
        host = service.host()
        try:
            return sandbox.trust(*WorkerSession(host, Setup("nothing", ())).self_test())
        finally:
            host.close()


def _trust(request: GradingRequest, examination: Examination) -> Trust:
    trust = sandbox.trust(*examination.student.self_test())
    if request.sandbox == "require" and not trust.isolated:
        raise SandboxMissing(
            f"Isolation is required, and this machine's workers only reach tier {trust.tier}: "
            f"{', '.join((*trust.missing, *trust.allowed))}. No score was written. "
            "`grader doctor` says what is missing; `--sandbox auto` grades without a guarantee."
        )
    return trust


def _environment(rubric: Rubric, versions: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "python": clean_text(versions.get("python", ""), 40),
        "numpy": clean_text(versions.get("numpy", ""), 40),
        "torch": "",
        "device": f"cpu ({platform.machine()})",
        "grader": __version__,
        "rubric_digest": rubric.digest,
    }
