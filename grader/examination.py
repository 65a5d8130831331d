"""Puts planned checks to the two sessions, and decides on whose pieces a check is judged.

A check is also asked with the functions lent that it builds on and that are known to be wrong: so a
network keeps its points although the batch norm below it is broken, because that was charged
already. What is our own fault becomes `unjudged` here and costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.checks import CHECK_KINDS
from grader.checks.question import Progress, Question, tell_nobody
from grader.checks.training import TRAINING
from grader.course import Answering
from grader.doubts import opened
from grader.errors import (
    GraderError,
    ReferenceFault,
    WorkerDied,
    WorkerKilled,
    WorkerOutOfTime,
    WorkerStarved,
)
from grader.free_names import UNMADE, found_in, lacks, left_to_a_person, left_unmade
from grader.needs import FINE, all_needs, loans
from grader.plain_text import clean_text
from grader.plan import GradingPlan, PlannedCheck
from grader.records import CheckResult, Criterion, Outcome
from grader.remarks import Remarks
from grader.worker.host import SourceFacts
from grader.worker.lender import Lending
from grader.worker.program import Program, Replies
from grader.worker.session import WorkerSession

DECIDED = (Outcome.PASSED, Outcome.UNJUDGED, Outcome.NOT_RUN_HERE)
KNOWN_WRONG = frozenset(Outcome) - {*FINE, Outcome.UNJUDGED}
ON_LOAN = "Judged with the course's own"  # how it is said, also in a result that was kept


@dataclass(frozen=True, slots=True)
class ReferenceSession:
    """The reference's session: whatever goes wrong there is a fault of ours."""

    session: Answering

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
    reference: Answering


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
    lender: Lending
    notes: dict[str, None] = field(default_factory=dict)
    tell: Callable[[Progress], None] = tell_nobody
    _outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    # Subjects that were judged on what was lent, and may well be wrong on their own.
    _borrowers: set[str] = field(default_factory=set)
    # By library and subject, what is said of the one found under another name.
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _group: tuple[Any, ...] | None = None
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
        elif planned.kept is not None:
            result = planned.kept
            self._remarks.repeat(result.notes)
        elif nameless := self._nameless(planned):
            module, _, name = nameless.subject.rpartition(".")
            place = self._remarks.place(self._remarks.file(module), 0)
            message = left_to_a_person(place, name, nameless.network)
            if self._found.get((planned.library, nameless.subject)) == UNMADE:
                message = left_unmade(place, name)
            result = CheckResult(
                planned.spec.id, planned.spec.kind, Outcome.NOT_RUN_HERE, 0.0, message
            )
        else:
            result = self.ask_with_loans(planned)
            if planned.spec.kind == TRAINING and result.outcome not in DECIDED:
                result = result if result.credit else self._excused(planned, result)
            usage = self.sides[planned.library].student.take_usage()
            result = replace(
                result,
                wall_s=round(time.monotonic() - begun_s, 6),
                cpu_s=round(usage.cpu_s, 6),
                notes=self._remarks.heard(),
            )
            found = self._found.get((planned.library, planned.criterion.subject))
            before = self._outcomes.get(planned.criterion.id, ())
            if found and all(outcome is Outcome.NOT_RUN_HERE for outcome in before):
                result = replace(result, advice=(*result.advice, found))
        self._outcomes.setdefault(planned.criterion.id, []).append(result.outcome)
        if any(line.startswith(ON_LOAN) for line in result.advice):
            self._borrowers.add(planned.criterion.subject)
        return result

    def finish(self) -> None:
        """Ends the workers."""
        for sides in self.sides.values():
            sides.student.close()
            sides.reference.end_group()
        self.lender.close()

    def ask(self, planned: PlannedCheck, lend: Mapping[str, tuple[str, ...]]) -> CheckResult:
        """Asks one check with some functions lent, by module.

        Asks once more in a fresh worker when something else on the machine disturbed it.
        """
        try:
            return self._ask(planned, lend)
        except (WorkerKilled, WorkerStarved):
            self._group = None
        try:
            return self._ask(planned, lend)
        except (WorkerKilled, WorkerStarved) as error:
            spec = planned.spec
            return CheckResult(spec.id, spec.kind, Outcome.UNJUDGED, 0.0, str(error))

    def ask_with_loans(self, planned: PlannedCheck) -> CheckResult:
        """Asks one check, also with what it builds on lent, where that lost points.

        What is lent comes first where something is known to be wrong: a network on it fails, and to
        say how takes far longer than to pass. The better of the two results counts. What could not
        be judged is not known to be wrong.

        Nothing is lent for a training: it would call what was lent in every step.
        """
        asks = CHECK_KINDS[planned.spec.kind].asks_worker and planned.spec.kind != TRAINING
        if not asks:
            return self.ask(planned, lend={})
        lend = loans(self.plan.rubric, planned.criterion, self._outcomes)
        first = lend if self._needs_that_became(planned, KNOWN_WRONG) else {}
        result, lacked = self._ask_lent(planned, first)
        if result.outcome is Outcome.PASSED or not lend:
            return result
        if first:
            lent, own = result, self.ask(planned, lend={})
        elif result.outcome in DECIDED:
            return result
        else:
            own = result
            lent, lacked = self._ask_lent(planned, lend)
        if own.outcome in DECIDED:
            return own
        if lent.outcome is Outcome.UNJUDGED:
            return lent  # whether the fault lies elsewhere is not known, so it is not charged
        if lent.credit > own.credit:
            return lent
        return _left_open(own, lacked) if lacked else own

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
                deadline=self.plan.deadline,
            )
            # What a hand-in computes may overflow in a comparison; kinds look at what comes out.
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                result = kind.run(question)
            if kind.asks_worker:
                forbidden = self.plan.rubric.handin.forbidden
                subject = planned.criterion.subject
                result = opened(result, sides.student, subject, forbidden, self._place)
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

    def _place(self, module: str, line: int) -> str:
        return self._remarks.place(self._remarks.file(module), line)

    def _enter(self, planned: PlannedCheck, lend: Mapping[str, tuple[str, ...]]) -> None:
        """Begins a fresh worker where the criterion, its limits or what is lent changes."""
        group = (planned.criterion.id, planned.spec.limits, planned.library, tuple(lend.items()))
        if group != self._group:
            names = {f"{module}.{name}" for module in lend for name in lend[module]}
            self.lender.begin_group(names, planned.spec.limits)
            student = self.sides[planned.library].student
            student.begin_group(planned.spec.limits, lend, self.lender if lend else None)
            self._group = group

    def _ask_lent(
        self, planned: PlannedCheck, lend: Mapping[str, tuple[str, ...]]
    ) -> tuple[CheckResult, Sequence[str]]:
        """Asks one check; returns what could not be answered for as well."""
        result = self.ask(planned, lend)
        if not lend or not self.lender.called:
            return result, ()
        # Of what the student has; a course may lend through modules of its own.
        known = {fact.name for fact in self.facts.values()} & lend.keys() or lend.keys()
        names = ", ".join(
            f"{module}.{name}" for module in lend if module in known for name in lend[module]
        )
        said = f"{ON_LOAN} {names}, so that a mistake in yours costs once."
        return replace(result, advice=(*result.advice, said)), tuple(self.lender.lacked)

    def _excused(self, planned: PlannedCheck, result: CheckResult) -> CheckResult:
        """Does not charge a training that failed where what it builds on did as well."""
        if wrong := self._needs_that_became(planned, KNOWN_WRONG):
            return replace(
                result,
                outcome=Outcome.SKIPPED,
                credit=0.0,
                message=f"Not judged, because it builds on {', '.join(wrong)}, which lost points "
                f"above. {result.message}",
                hint="Mend these first.",
            )
        if unknown := self._needs_that_became(planned, {Outcome.UNJUDGED}):
            return replace(
                result,
                outcome=Outcome.UNJUDGED,
                credit=0.0,
                message=f"Not judged, because it builds on {', '.join(unknown)}, which could not "
                f"be judged. {result.message}",
            )
        return result

    def _needs_that_became(self, planned: PlannedCheck, outcomes: Set[Outcome]) -> list[str]:
        """Names the criteria that a check builds on and one of whose checks came out like this."""
        return [
            need
            for need in sorted(all_needs(self.plan.rubric, planned.criterion))
            if not outcomes.isdisjoint(self._outcomes.get(need, ()))
        ]

    def _right(self) -> frozenset[str]:
        """Names the subjects all of whose checks have been asked and passed with nothing lent."""
        outcomes: dict[str, list[Outcome]] = {}
        for criterion in self.plan.rubric.criteria:
            asked = self._outcomes.get(criterion.id, [Outcome.NOT_RUN_HERE])
            outcomes.setdefault(criterion.subject, []).extend(asked)
        return frozenset(
            subject
            for subject, became in outcomes.items()
            if subject not in self._borrowers
            and all(outcome is Outcome.PASSED for outcome in became)
        )

    def _nameless(self, planned: PlannedCheck) -> Criterion | None:
        """Finds a subject with a free name, this one's or one that it needs, that is not there."""
        needs = all_needs(self.plan.rubric, planned.criterion)
        asked = [each for each in self.plan.rubric.criteria if each.id in needs]
        for each in (planned.criterion, *asked):
            if each.free_name:
                found = self._passing(planned, each)
                if found == UNMADE or (found is None and lacks(self.facts, each.subject)):
                    return each
        return None

    def _passing(self, planned: PlannedCheck, criterion: Criterion) -> str | None:
        """Asks the workers of a check, once, what passes for a subject; see `found_in`."""
        if criterion.network is None or not CHECK_KINDS[planned.spec.kind].asks_worker:
            return None
        key = (planned.library, criterion.subject)
        student = self.sides[planned.library].student
        disturbed = 0  # by something else on the machine, which a check may be once as well
        while key not in self._found and disturbed < 2:
            try:
                self._enter(planned, {})
                self._found[key] = found_in(student, criterion.subject, criterion.network)
            except (WorkerDied, WorkerOutOfTime):
                self._found[key] = self._group = None
            except GraderError:
                self._group = None
                disturbed += 1
            if self._found.get(key, "") is None:
                student.take_usage()  # it is no part of a check
        # Where even that did not do, the check meets the same and says so.
        return self._found.get(key, "")


def _left_open(first: CheckResult, lacked: Sequence[str]) -> CheckResult:
    """Leaves open what failed, perhaps because of functions that are charged elsewhere.

    A recording has their answers to right arguments alone, so that a network that is wrong itself
    cannot be told from one that calls them otherwise.
    """
    names = ", ".join(dict.fromkeys(lacked))
    return replace(
        first,
        outcome=Outcome.NOT_RUN_HERE,
        credit=0.0,
        message=f"Not judged here, because it builds on {names}, which lost points. "
        f"{first.message}",
        hint=f"Mend {names} first, then look here again.",
    )
