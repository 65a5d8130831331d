"""The straight line as a few calls: rubric and hand-in in, report out."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from grader import __version__
from grader.checks.question import Progress
from grader.course import Course, find_course
from grader.deadline import Deadline, note_of
from grader.feedback.end_of_run import explained_run
from grader.handin import HandIn
from grader.harness import Harness, run_sealed
from grader.isolation import not_isolated
from grader.machine import NOTHING, Machine
from grader.plain_text import clean_text
from grader.plan import GradingPlan, Mode, make_plan
from grader.records import EMPTY, CheckResult, Outcome, Rubric, Scorecard, Trust, Visibility
from grader.report import Report, build_report
from grader.scoring import score
from grader.staging import examine
from grader.unfinished import UnfinishedRun
from grader.worker.service import BROUGHT, WorkerService, is_installed


class Observer(Protocol):
    """Is told what happens while it happens."""

    def planned(self, checks: int) -> None:
        """The number of checks that will be asked."""

    def finished(self, result: CheckResult) -> None:
        """A check has its result."""

    def progressed(self, progress: Progress) -> None:
        """A check that takes long has come so far."""


@dataclass(frozen=True, slots=True)
class GradingRequest:
    """What is to be graded, and how.

    Attributes:
        mode: `check` asks visible checks with public draws, `grade` asks all.
        secret: the course's, for the draws of `grade`.
        only: ids of criteria; all when empty.
        sandbox: `require` refuses to score when the worker is not isolated.
        machine: what there is to train with.
        deadline: when the run has to be over, report and all; None where nothing limits it.
        kept: results of an earlier run, by check id, that stand; these checks are not asked.
    """

    rubric: Rubric
    handin: HandIn
    mode: Mode
    secret: bytes = b""
    only: tuple[str, ...] = ()
    sandbox: Literal["require", "auto", "off"] = "auto"
    machine: Machine = NOTHING
    deadline: Deadline | None = None
    kept: Mapping[str, CheckResult] = field(default_factory=lambda: EMPTY)


def grade_handin(
    request: GradingRequest,
    observer: Observer,
    service: WorkerService | None = None,
    clock: Callable[[], float] = time.time,
    keep: Callable[[Report], None] | None = None,
    course: Course | None = None,
) -> Report:
    """Grades one hand-in.

    Args:
        request: what and how.
        observer: told of every result as it comes.
        service: a running one, to be shared by several hand-ins; one is started unless given.
        clock: seconds since the epoch.
        keep: is given what is known after each check, as a report that is not finished.
        course: who answers for the reference, to be shared by several gradings.

    Raises:
        KeyboardInterrupt: a person stopped the run.
        UsageError: `only` names a criterion that there is not.
        SandboxMissing: isolation is required and this machine does not give it.
        WorkerDidNotStart: a fault of the machine.
    """
    tell = _Teller(request, clock, clock()).report
    missing = [library for library in BROUGHT if not is_installed(library)]
    plan = make_plan(
        request.rubric,
        request.handin,
        request.mode,
        request.secret,
        request.only,
        missing,
        request.machine,
    )
    plan = replace(plan, deadline=request.deadline).keeping(request.kept)
    observer.planned(sum(planned.runs for planned in plan.checks))
    confined, required = request.sandbox != "off", request.sandbox == "require"
    with (
        nullcontext(course) if course else closing(find_course(plan.rubric)) as answering,
        examine(plan, service, confined, required, observer.progressed, answering) as examined,
    ):
        unfinished = UnfinishedRun(plan, examined, tell, required) if keep else None

        def finished(result: CheckResult) -> None:
            report = unfinished.after(result) if unfinished else None
            if keep and report:
                keep(report)
            observer.finished(result)

        harness = Harness(plan, examined.examination, Path(request.rubric.path), finished)
        run_sealed(harness)
        trust = examined.trust()
        if required and not trust.isolated:
            raise not_isolated(trust)
        versions = examined.versions()
        results, on_these = explained_run(
            plan, examined.examination, harness.results, answering, missing
        )
        notes = (*_not_reached(plan, results), *examined.examination.notes, *on_these)
    return tell(score(request.rubric, results), trust, versions, notes)


def _not_reached(plan: GradingPlan, results: Iterable[CheckResult]) -> Iterator[str]:
    """Yields a note that names what the deadline left undone, if there is any of it."""
    deadline = plan.deadline
    if deadline is None:
        return
    said = {deadline.before_it_began(), deadline.while_it_ran()}
    late = {
        result.id
        for result in results
        if result.outcome is Outcome.UNJUDGED and result.message in said
    }
    checks = [planned for planned in plan.checks if planned.spec.id in late]
    shown = [one for one in checks if one.spec.visibility is Visibility.VISIBLE]
    if checks:
        names = (one.criterion.id for one in shown)
        yield note_of(deadline, names, len(checks) - len(shown))


@dataclass(frozen=True, slots=True)
class _Teller:
    """Makes the reports of one run."""

    request: GradingRequest
    clock: Callable[[], float]
    started_s: float

    def report(
        self,
        scorecard: Scorecard,
        trust: Trust,
        versions: Mapping[str, str],
        notes: Iterable[str],
        **more: Any,
    ) -> Report:
        rubric, handin = self.request.rubric, self.request.handin
        return build_report(
            rubric=rubric,
            handin_id=handin.id,
            handin_digest=handin.digest,
            handin_kind=handin.kind,
            scorecard=scorecard,
            trust=trust,
            environment=_environment(rubric, versions),
            notes=(*handin.notes, *notes),
            started=datetime.fromtimestamp(self.started_s, UTC).isoformat(timespec="seconds"),
            wall_s=round(self.clock() - self.started_s, 3),
            mode=self.request.mode,
            **more,
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
