"""The straight line as a few calls: rubric and hand-in in, report out."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

from grader import __version__
from grader.handin import HandIn
from grader.harness import Harness, run_sealed
from grader.isolation import not_isolated
from grader.plain_text import clean_text
from grader.plan import Mode, make_plan
from grader.records import CheckResult, Rubric
from grader.report import Report, build_report
from grader.scoring import score
from grader.staging import examine
from grader.worker.service import BROUGHT, WorkerService, is_installed


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
    missing = [library for library in BROUGHT if not is_installed(library)]
    plan = make_plan(
        request.rubric, request.handin, request.mode, request.secret, request.only, missing
    )
    observer.planned(sum(planned.runs for planned in plan.checks))
    confined, required = request.sandbox != "off", request.sandbox == "require"
    with examine(plan, service, confined, required) as examined:
        harness = Harness(plan, examined.examination, Path(request.rubric.path), observer.finished)
        run_sealed(harness)
        trust = examined.trust()
        if required and not trust.isolated:
            raise not_isolated(trust)
        notes = tuple(examined.examination.notes)
        versions = examined.versions()
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


def _environment(rubric: Rubric, versions: Mapping[str, str]) -> Mapping[str, str]:
    return {
        "python": clean_text(versions.get("python", ""), 40),
        "numpy": clean_text(versions.get("numpy", ""), 40),
        "torch": clean_text(versions.get("torch", ""), 40),
        "device": f"cpu ({platform.machine()})",
        "grader": __version__,
        "rubric_digest": rubric.digest,
    }
