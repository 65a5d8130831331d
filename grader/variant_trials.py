"""Puts wrong variants of the reference to a rubric: which points does it take from each?

A variant is the reference hand-in with other sources, and is judged like any hand-in, by the hidden
checks too. Only criteria that it can reach are asked. One service and one course serve all trials.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from grader import assignments
from grader.checks import CHECK_KINDS
from grader.checks.training_settings import TrainingParams
from grader.course import Course, find_course
from grader.examination import Examination
from grader.handin import HandIn
from grader.intake import read_for
from grader.needs import all_needs
from grader.plan import make_plan
from grader.records import CheckResult, Criterion, CriterionScore, Rubric, Scorecard
from grader.scoring import OPEN, score
from grader.staging import start_service
from grader.variant_rooms import VariantRooms
from grader.variants.overlay import Sources
from grader.variants.reach import Reach, reach_of
from grader.worker.service import BROUGHT, WorkerService, is_installed

ANSWER: Final = "answer"  # the kind; formulas are asked of workers too


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rubric makes of a variant.

    Attributes:
        asked: ids of the criteria that the variant can reach.
        lost: points lost by criterion, of those that lost any.
        failed: ids of the criteria in which a check gave less than full credit; those of 0 points
            are among them.
        remarked: ids of the criteria in which a check says what costs nothing.
        open: ids of the criteria in which a check could not be judged, or was not run here.
        said: the first message of a check that took credit; empty where none did.
        results: of the checks of `asked`.
    """

    asked: tuple[str, ...]
    lost: Mapping[str, Decimal]
    failed: tuple[str, ...]
    remarked: tuple[str, ...]
    open: tuple[str, ...]
    said: str = ""
    results: tuple[CheckResult, ...] = field(default=(), repr=False, compare=False)

    @property
    def is_killed(self) -> bool:
        """Whether the variant loses points."""
        return bool(self.lost)


@dataclass(frozen=True, slots=True)
class TrialStand:
    """What all trials of one rubric share; made by `trial_stand`.

    Attributes:
        rubric: what is asked, without trainings, the answer sheet and what is only read.
        reference: the right sources.
        handin: the reference hand-in, as it was read.
        reach: what the criteria reach of it.
        course: answers for the reference.
        rooms: where variants are asked, one after the other.
    """

    rubric: Rubric
    reference: Sources
    handin: HandIn
    reach: Reach
    course: Course
    service: WorkerService
    rooms: VariantRooms

    @property
    def missing(self) -> tuple[str, ...]:
        """Libraries that this machine does not have."""
        return tuple(library for library in BROUGHT if not is_installed(library))

    def reached(self, variant: Sources) -> tuple[str, ...]:
        """Names the criteria that a variant can reach."""
        return self.reach.criteria(variant)

    def try_out(
        self,
        variant: Sources,
        only: Sequence[str] | None = None,
        until_lost: bool = False,
        secret: bytes = b"",
        reached: Collection[str] = (),
    ) -> Trial:
        """Judges one variant.

        Args:
            variant: its sources.
            only: ids of the criteria to ask; those that it can reach unless given.
            until_lost: whether to stop at the first criterion that takes points. They are asked
                in the order of `only`, the nearest to what was changed first.
            secret: another one gives other draws; the same one gives all variants the same.
            reached: ids of all criteria that it can reach. Those among them that others build on
                are asked before these, so that what is wrong there is lent, as it is when a
                hand-in is graded. `only` is all of them unless given.

        Raises:
            WorkerDidNotStart: a fault of the machine.
        """
        asked = tuple(self.reached(variant) if only is None else only)
        asked = tuple(self._needs_first(asked, {*asked, *reached}))
        if not asked:
            return Trial((), MappingProxyType({}), (), (), ())
        # All get the digest of the right one, and so the same draws.
        handin = replace(self.handin, files=variant.handin)
        plan = make_plan(self.rubric, handin, "grade", secret, only=asked, missing=self.missing)
        facts = self.rooms.seat(variant, plan)
        judge = Examination(plan, self.rooms, facts, self.rooms.lender).judge
        if not until_lost:
            judged = tuple(judge(each) for each in plan.checks if each.criterion.id in asked)
            return replace(_trial(asked, score(self.rubric, judged)), results=judged)
        results: list[CheckResult] = []
        for number, name in enumerate(asked, start=1):
            results += [judge(each) for each in plan.checks if each.criterion.id == name]
            trial = _trial(asked[:number], score(self.rubric, results))
            if trial.is_killed:
                break
        return replace(trial, results=tuple(results))

    def _needs_first(self, wanted: Sequence[str], reached: Collection[str]) -> Iterator[str]:
        criteria = {each.id: each for each in self.rubric.criteria}
        done: set[str] = set()
        for name in wanted:
            needs = all_needs(self.rubric, criteria[name]).intersection(reached)
            # The order of the rubric: what is needed stands before what needs it.
            for each in (*(each for each in criteria if each in needs), name):
                if each not in done:
                    done.add(each)
                    yield each


@contextmanager
def trial_stand(rubric: Rubric) -> Iterator[TrialStand]:
    """Starts what trials of a rubric need, and ends it.

    Raises:
        UsageError: the assignment has no template or no reference.
        HandInError: the reference cannot be read.
        WorkerDidNotStart: a fault of the machine.
    """
    asking = replace(rubric, criteria=tuple(filter(_asks_code, rubric.criteria)))
    reference = Sources(
        handin=assignments.reference_sources(rubric),
        library=assignments.reference_library(rubric),
    )
    folder = assignments.reference_folder(rubric)
    rules = replace(rubric, handin=replace(rubric.handin, accept=("folder",)))
    course = find_course(rubric)
    with start_service(rubric, confined=False) as service:
        handin = read_for(rules, folder, None, service)
        provided = assignments.provided_sources(rubric)
        rooms = VariantRooms(asking, provided, course, service)
        try:
            reach = reach_of(asking, reference, provided)
            yield TrialStand(asking, reference, handin, reach, course, service, rooms)
        finally:
            rooms.close()
            course.close()


def _asks_code(criterion: Criterion) -> bool:
    """Tells whether a criterion asks the code, and neither trains it nor asks the answer sheet."""
    trains = any(isinstance(spec.params, TrainingParams) for spec in criterion.checks)
    asked = (spec.kind for spec in criterion.checks if spec.kind != ANSWER)
    return not trains and any(CHECK_KINDS[kind].asks_worker for kind in asked)


def _trial(asked: tuple[str, ...], scored: Scorecard) -> Trial:
    judged = {each.criterion.id: each for each in scored.criteria if each.criterion.id in asked}
    charging = {
        name: [check for check in each.checks if check.credit < 1 and check.outcome not in OPEN]
        for name, each in judged.items()
    }
    failed = tuple(name for name in judged if charging[name])
    return Trial(
        asked=asked,
        lost=MappingProxyType(
            {
                name: each.criterion.points - each.upper
                for name, each in judged.items()
                if each.upper != each.criterion.points
            }
        ),
        failed=failed,
        remarked=_with(judged, lambda check: bool(check.advice)),
        open=_with(judged, lambda check: check.outcome in OPEN),
        said=charging[failed[0]][0].message if failed else "",
    )


def _with(
    judged: Mapping[str, CriterionScore], holds: Callable[[CheckResult], bool]
) -> tuple[str, ...]:
    return tuple(name for name, each in judged.items() if any(map(holds, each.checks)))
