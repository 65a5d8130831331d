"""Puts planned checks to the two sessions, and decides on whose pieces a check is judged.

A check that fails is asked again with the functions lent that it builds on and that are known to be
wrong: then a network keeps its points although the batch norm below it is broken, because that
was charged already. What is our own fault becomes `unjudged` here and costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from grader.checks import CHECK_KINDS
from grader.checks.question import Progress, Question, tell_nobody
from grader.checks.training import TRAINING
from grader.errors import (
    GraderError,
    ReferenceFault,
    WorkerDied,
    WorkerKilled,
    WorkerOutOfTime,
    WorkerStarved,
)
from grader.free_names import found_in, lacks, left_to_a_person
from grader.plain_text import clean_text
from grader.plan import GradingPlan, PlannedCheck
from grader.records import CheckResult, Criterion, Limits, Outcome
from grader.remarks import Remarks
from grader.worker.host import SourceFacts
from grader.worker.lender import CourseLender
from grader.worker.program import Program, Replies
from grader.worker.session import WorkerSession

FINE = (Outcome.PASSED, Outcome.NOT_RUN_HERE)
DECIDED = (Outcome.PASSED, Outcome.UNJUDGED, Outcome.NOT_RUN_HERE)


@dataclass(frozen=True, slots=True)
class ReferenceSession:
    """The reference's session: whatever goes wrong there is a fault of ours."""

    session: WorkerSession

    def run(self, program: Program) -> Replies:
        """Runs a program on the reference.

        Raises:
            ReferenceFault: its worker ended or ran out of time.
        """
        try:
            return self.session.run(program)
        except (WorkerDied, WorkerOutOfTime) as error:
            raise ReferenceFault(
                f"The course's reference {error} This is a fault of the grader or its rubric, not "
                "of the hand-in."
            ) from error

    def end_group(self) -> None:
        """Has the next program run in a fresh worker."""
        self.session.end_group()


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sessions of one kind of worker, the student's and the reference's."""

    student: WorkerSession
    reference: WorkerSession


@dataclass(slots=True)
class Examination:
    """The examination of one hand-in, check by check in the plan's order.

    Attributes:
        plan: what is asked.
        sides: by the library that their workers have; those without one always.
        facts: what the hand-in's sources hold, by file name.
        lender: answers calls of functions that are lent.
        notes: for the report, in order.
        tell: is told how a check that takes long gets on.
    """

    plan: GradingPlan
    sides: Mapping[str, Sides]
    facts: Mapping[str, SourceFacts]
    lender: CourseLender
    notes: dict[str, None] = field(default_factory=dict)
    tell: Callable[[Progress], None] = tell_nobody
    _outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    # By library and subject, what is said of the one found under another name.
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _group: tuple[str, Limits, str, bool] | None = None
    _remarks: Remarks = field(init=False)

    def __post_init__(self) -> None:
        """Makes ready to listen to what the workers' loaders have to say."""
        libraries = {planned.library for planned in self.plan.checks if planned.library}
        self._remarks = Remarks(self.facts, libraries, self.notes)

    def judge(self, planned: PlannedCheck) -> CheckResult:
        """Asks one check; never raises for anything that the hand-in does."""
        begun_s = time.monotonic()
        if not planned.runs:
            result = CheckResult(
                planned.spec.id, planned.spec.kind, Outcome.NOT_RUN_HERE, 0.0, planned.why_not
            )
        elif nameless := self._nameless(planned):
            module, _, name = nameless.subject.rpartition(".")
            place = self._remarks.place(self._remarks.file(module), 0)
            message = left_to_a_person(place, name, nameless.network)
            result = CheckResult(
                planned.spec.id, planned.spec.kind, Outcome.NOT_RUN_HERE, 0.0, message
            )
        else:
            result = self._ask_undisturbed(planned, lend={})
            done = result.outcome in DECIDED or not CHECK_KINDS[planned.spec.kind].asks_worker
            trains = planned.spec.kind == TRAINING
            lend = {} if done or trains else self._loans(planned.criterion)
            if trains and not done and not result.credit:
                result = self._excused(planned, result)
            if lend:
                result = self._again(planned, result, lend)
            usage = self.sides[planned.library].student.take_usage()
            result = replace(
                result, wall_s=round(time.monotonic() - begun_s, 6), cpu_s=round(usage.cpu_s, 6)
            )
            found = self._found.get((planned.library, planned.criterion.subject))
            before = self._outcomes.get(planned.criterion.id, ())
            if found and all(outcome is Outcome.NOT_RUN_HERE for outcome in before):
                result = replace(result, advice=(*result.advice, found))
        self._outcomes.setdefault(planned.criterion.id, []).append(result.outcome)
        return result

    def finish(self) -> None:
        """Ends the workers."""
        for sides in self.sides.values():
            sides.student.close()
            sides.reference.close()
        self.lender.close()

    def _ask_undisturbed(
        self, planned: PlannedCheck, lend: Mapping[str, tuple[str, ...]]
    ) -> CheckResult:
        """Asks once more in a fresh worker when something else on the machine disturbed it."""
        try:
            return self._ask(planned, lend)
        except (WorkerKilled, WorkerStarved):
            self._group = None
        try:
            return self._ask(planned, lend)
        except (WorkerKilled, WorkerStarved) as error:
            spec = planned.spec
            return CheckResult(spec.id, spec.kind, Outcome.UNJUDGED, 0.0, str(error))

    def _ask(self, planned: PlannedCheck, lend: Mapping[str, tuple[str, ...]]) -> CheckResult:
        spec, sides = planned.spec, self.sides[planned.library]
        kind = CHECK_KINDS[spec.kind]
        try:
            if kind.asks_worker:
                self._enter(planned, lend)
            question = Question(
                spec=spec,
                subject=planned.criterion.subject,
                seed=planned.seed,
                student=sides.student,
                reference=ReferenceSession(sides.reference),
                facts=self.facts,
                right=self._right(),
                machine=self.plan.machine,
                tell=self.tell,
                handin=self.plan.handin,
            )
            # What a hand-in computes may overflow in a comparison; kinds look at what comes out.
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                result = kind.run(question)
            if kind.asks_worker:
                self._remarks.take(sides.student)
        except WorkerOutOfTime as error:
            message = f"{planned.criterion.subject} {error}"
            hint = "Look for a loop that does not end, or one over single elements of large arrays."
            return CheckResult(spec.id, spec.kind, Outcome.TIMED_OUT, 0.0, message, hint)
        except WorkerDied as error:
            message = f"{planned.criterion.subject} {error}"
            hint = "Look for memory that grows without bound, and for calls that end the process."
            return CheckResult(spec.id, spec.kind, Outcome.ERRORED, 0.0, message, hint)
        except (WorkerKilled, WorkerStarved):
            raise
        except GraderError as error:
            return CheckResult(spec.id, spec.kind, Outcome.UNJUDGED, 0.0, str(error))
        except Exception as error:
            # A mistake of ours must neither cost points nor take the other checks along.
            message = (
                f"The grader itself failed in this check ({type(error).__name__}: "
                f"{clean_text(str(error), 200)}). This is a fault of the grader, not of the "
                "hand-in."
            )
            return CheckResult(spec.id, spec.kind, Outcome.UNJUDGED, 0.0, message)
        return result

    def _enter(self, planned: PlannedCheck, lend: Mapping[str, tuple[str, ...]]) -> None:
        """Begins a fresh worker where the criterion, its limits or what is lent changes."""
        group = (planned.criterion.id, planned.spec.limits, planned.library, bool(lend))
        if group != self._group:
            names = {f"{module}.{name}" for module in lend for name in lend[module]}
            self.lender.begin_group(names, planned.spec.limits)
            student = self.sides[planned.library].student
            student.begin_group(planned.spec.limits, lend, self.lender if lend else None)
            self._group = group

    def _again(
        self, planned: PlannedCheck, first: CheckResult, lend: Mapping[str, tuple[str, ...]]
    ) -> CheckResult:
        lent = self._ask_undisturbed(planned, lend)
        if lent.outcome is Outcome.UNJUDGED:
            return lent  # whether the fault lies elsewhere is not known, so it is not charged
        # Of what the student has; a course may lend through modules of its own.
        known = {fact.name for fact in self.facts.values()} & lend.keys() or lend.keys()
        names = ", ".join(
            f"{module}.{name}" for module in lend if module in known for name in lend[module]
        )
        if lent.credit <= first.credit:
            return first
        said = f"Judged with the course's own {names}, because yours is charged elsewhere."
        return replace(lent, advice=(*lent.advice, said))

    def _excused(self, planned: PlannedCheck, result: CheckResult) -> CheckResult:
        """Skips a training that failed where what it builds on is wrong and charged already.

        Nothing is lent to it: it would call what was lent in every step.
        """
        wrong = [
            need
            for need in sorted(self._all_needs(planned.criterion))
            if any(outcome not in FINE for outcome in self._outcomes.get(need, ()))
        ]
        if not wrong:
            return result
        said = f"Not judged, because it builds on {', '.join(wrong)}, which lost points above"
        return replace(
            result,
            outcome=Outcome.SKIPPED,
            credit=0.0,
            message=f"{said}. {result.message}",
            hint="Mend these first.",
        )

    def _right(self) -> frozenset[str]:
        """Names the subjects all of whose checks have been asked and passed."""
        outcomes: dict[str, list[Outcome]] = {}
        for criterion in self.plan.rubric.criteria:
            asked = self._outcomes.get(criterion.id, [Outcome.NOT_RUN_HERE])
            outcomes.setdefault(criterion.subject, []).extend(asked)
        return frozenset(
            subject
            for subject, became in outcomes.items()
            if all(outcome is Outcome.PASSED for outcome in became)
        )

    def _loans(self, criterion: Criterion) -> Mapping[str, tuple[str, ...]]:
        """Names the functions to lend, by module: families of needs that are not all right.

        The subject's own family is never lent: it would stand in for what is judged.
        """
        subjects = {each.id: each.subject for each in self.plan.rubric.criteria}
        needed = {subjects[need] for need in self._all_needs(criterion)}
        # What was not asked at all, as with `--only`, may be broken too: lending it shows whether
        # the fault lies there.
        broken = {
            subjects[name]
            for name, outcomes in self._outcomes.items()
            if any(outcome not in FINE for outcome in outcomes)
            or all(outcome is Outcome.NOT_RUN_HERE for outcome in outcomes)
        }
        loans: dict[str, list[str]] = {}
        for members in self.plan.rubric.families.values():
            own = criterion.subject in members
            if own or not needed.intersection(members) or not broken.intersection(members):
                continue
            for member in members:
                module, _, name = member.rpartition(".")
                loans.setdefault(module, []).append(name)
        return {module: tuple(names) for module, names in loans.items()}

    def _all_needs(self, criterion: Criterion) -> set[str]:
        """Follows needs to their end: what stands on a lent function needs it lent as well."""
        criteria = {each.id: each for each in self.plan.rubric.criteria}
        found: set[str] = set()
        ahead = list(criterion.needs)
        while ahead:
            need = ahead.pop()
            if need not in found:
                found.add(need)
                ahead += criteria[need].needs
        return found

    def _nameless(self, planned: PlannedCheck) -> Criterion | None:
        """Finds a subject with a free name, this one's or one that it needs, that is not there."""
        needs = self._all_needs(planned.criterion)
        asked = [each for each in self.plan.rubric.criteria if each.id in needs]
        for each in (planned.criterion, *asked):
            if each.free_name and lacks(self.facts, each.subject):
                if not self._is_found(planned, each):
                    return each
        return None

    def _is_found(self, planned: PlannedCheck, criterion: Criterion) -> bool:
        """Asks the workers of a check, once, whether a network passes for a subject."""
        if criterion.network is None or not CHECK_KINDS[planned.spec.kind].asks_worker:
            return False
        key = (planned.library, criterion.subject)
        student = self.sides[planned.library].student
        disturbed = 0  # by something else on the machine, which a check may be once as well
        while key not in self._found and disturbed < 2:
            try:
                self._enter(planned, {})
                self._found[key] = found_in(student, criterion.subject, criterion.network)
            except (WorkerDied, WorkerOutOfTime):
                self._found[key] = None
            except GraderError:
                self._group = None
                disturbed += 1
            if self._found.get(key, "") is None:
                student.take_usage()  # it is no part of a check
        # Where even that did not do, the check meets the same and says so.
        return self._found.get(key, "") is not None
