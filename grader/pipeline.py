"""The straight line as a few calls: rubric and hand-in in, report out."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from grader import __version__, assignments
from grader.errors import SandboxMissing
from grader.examination import LENDER, Examination
from grader.handin import HandIn
from grader.harness import Harness, run_sealed
from grader.plan import GradingPlan, Mode, make_plan
from grader.plain_text import clean_text
from grader.records import CheckResult, Rubric, Trust
from grader.report import Report, build_report
from grader.scoring import score
from grader.worker import sandbox
from grader.worker.service import Host, WorkerService
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
    request: GradingRequest, observer: Observer, clock: Callable[[], float] = time.time
) -> Report:
    """Grades one hand-in.

    Args:
        request: what and how.
        observer: told of every result as it comes.
        clock: seconds since the epoch.

    Raises:
        UsageError: `only` names a criterion that there is not.
        SandboxMissing: isolation is required and this machine does not give it.
        WorkerDidNotStart: a fault of the machine.
    """
    started_s = clock()
    plan = make_plan(
        request.rubric, request.handin, request.mode, request.secret, request.only
    )
    observer.planned(sum(planned.runs for planned in plan.checks))
    with examine(plan) as (examination, versions):
        harness = Harness(plan, examination, Path(request.rubric.path), observer.finished)
        run_sealed(harness)
        trust = _trust(request, examination.held)
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
def examine(plan: GradingPlan) -> Iterator[tuple[Examination, Mapping[str, str]]]:
    """Starts workers for a plan, and ends them; gives the worker's versions too."""
    rubric = plan.rubric
    roots = rubric.handin.roots
    provided = assignments.provided_sources(rubric)
    library = assignments.reference_library()
    course = assignments.reference_sources(rubric)
    # Only our own files, byte for byte, may import the library that they are built from.
    libraries = (REFERENCE_LIBRARY,) if plan.handin.files == course else ()
    with WorkerService() as service:
        student_host, reference_host = service.host(), service.host()
        facts = student_host.load("handin", plan.handin.files, provided)

        def load_reference(host: Host, name: str) -> None:
            host.load(REFERENCE_LIBRARY, library, {})
            host.load(name, course, provided)

        load_reference(reference_host, "handin")
        if libraries:
            student_host.load(REFERENCE_LIBRARY, library, {})
        examination = Examination(
            plan=plan,
            student=WorkerSession(student_host, Setup("handin", roots, libraries, lender_libraries=(REFERENCE_LIBRARY,))),
            reference=WorkerSession(
                reference_host, Setup("handin", roots, (REFERENCE_LIBRARY,), confined=False)
            ),
            facts=facts,
            load_lender=lambda: load_reference(student_host, LENDER),
        )
        try:
            yield examination, service.versions()
        finally:
            examination.finish()


def _trust(request: GradingRequest, held: tuple[str, ...]) -> Trust:
    trust = sandbox.trust(held)
    if request.sandbox == "require" and not trust.isolated:
        raise SandboxMissing(
            f"Isolation is required, and this machine's workers only reach tier {trust.tier}: "
            f"{', '.join(trust.missing)} are missing. No score was written. "
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
