"""Tells by execution whether a variant does the same as the right reference, on many more draws.

The cases of all checks that reach it are asked again: with other seeds, in odd and larger shapes,
in the other mode, with other settings. Both sides get the same arrays in fresh workers with the
same seeds, so that what is random can be compared too. Where the reference refuses a draw it says
nothing about the variant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from grader.audit.likeness import difference
from grader.audit.widening import PLUS, shaken, wider, written
from grader.checks.cases import Cases
from grader.checks.draws import draw_inputs
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.errors import (
    WorkerDied,
    WorkerError,
    WorkerKilled,
    WorkerOutOfTime,
    WorkerStarved,
)
from grader.plan import GradingPlan, make_plan
from grader.records import CheckSpec, Criterion, Limits
from grader.variant_trials import TrialStand
from grader.variants.overlay import Sources
from grader.worker.program import Fault, FaultKind

NEAREST: Final = 3  # criteria whose cases are widened; of the others they are asked as written
PATIENCE: Final = 6  # times a check's own limit, because many draws travel in one frame
OTHER_SECRETS: Final = (b"audit 1", b"audit 2")  # for checks that are no comparison of arrays
_COMPARING: Final = frozenset({"output", "gradient", "statistics"})
# Where the design is the student's, other numbers are no fault; what is asked is asked again.
_FREE: Final = frozenset({"open_network", "open_classifier"})
TRIES: Final = 3  # where something else on the machine disturbs a worker


@dataclass(frozen=True, slots=True)
class Likeness:
    """What came of comparing a variant with the reference.

    Attributes:
        draws: on how many they were compared.
        differs: where they part, for people; empty where they never did.
        check: id of the check whose case was widened.
        proposal: the draw that tells them apart, as a case for the rubric; empty without one.
    """

    draws: int
    differs: str = ""
    check: str = ""
    proposal: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Whether they were compared and never differed."""
        return self.draws > 0 and not self.differs


@dataclass(frozen=True, slots=True)
class _Draw:
    """One draw.

    Attributes:
        told: what it changes of its case, as a rubric would write it.
    """

    call: Call
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Probe:
    """The draws of one check.

    Attributes:
        readings: the right answers, by each function that the check takes for right.
    """

    draws: tuple[_Draw, ...]
    readings: tuple[tuple[Answer, ...], ...]


@dataclass(slots=True)
class Prober:
    """Compares survivors of one rubric's trials with the reference; it remembers right answers."""

    stand: TrialStand
    _probes: dict[tuple[str, bool], _Probe] = field(default_factory=dict)

    def liken(self, variant: Sources, asked: Sequence[str]) -> Likeness:
        """Compares a variant with the reference.

        Args:
            variant: its sources.
            asked: ids of the criteria that it reaches, the nearest first.

        Raises:
            WorkerDidNotStart: a fault of the machine.
        """
        criteria = {each.id: each for each in self.stand.rubric.criteria}
        plan = self._plan(asked)
        compared = 0
        for number, criterion in enumerate(criteria[name] for name in asked):
            for spec in criterion.checks:
                if not _runs(plan, spec):
                    continue
                common = getattr(spec.params, "common", None)
                if spec.kind in _FREE or not isinstance(common, Cases):
                    continue
                probe = self._probe(criterion, spec, plan, wide=number < NEAREST)
                usable = sum(isinstance(each, Computed) for each in probe.readings[0])
                if not usable:
                    continue
                self.stand.rooms.seat(variant, plan)
                answers = self._ask(plan, criterion, spec, [each.call for each in probe.draws])
                compared += usable
                if found := _first_difference(probe, answers):
                    draw, said = found
                    return Likeness(compared, said, spec.id, draw.told)
        return self._judged_again(variant, asked, compared)

    def _judged_again(self, variant: Sources, asked: Sequence[str], compared: int) -> Likeness:
        """Puts the checks that compare no arrays once more, with other draws."""
        criteria = {each.id: each for each in self.stand.rubric.criteria}
        others = [
            name for name in asked for spec in criteria[name].checks if spec.kind not in _COMPARING
        ]
        for secret in OTHER_SECRETS if others else ():
            trial = self.stand.try_out(variant, tuple(dict.fromkeys(others)), secret=secret)
            compared += len(others)
            if trial.failed:
                said = f"with other draws: {trial.said}"
                return Likeness(compared, said, trial.failed[0])
        return Likeness(compared)

    def _plan(self, asked: Sequence[str]) -> GradingPlan:
        return make_plan(
            self.stand.rubric,
            self.stand.handin,
            "grade",
            only=asked,
            missing=self.stand.missing,
        )

    def _probe(
        self, criterion: Criterion, spec: CheckSpec, plan: GradingPlan, wide: bool
    ) -> _Probe:
        """Draws for a check, and asks the reference; what it refuses is left out."""
        key = (spec.id, wide)
        if key not in self._probes:
            self.stand.rooms.seat(self.stand.reference, plan)
            self._begin(plan, spec)
            draws = tuple(self._drawn(criterion, spec, plan, wide))
            # Asked once more without what it refuses, so that both sides have the same history.
            calls = [each.call for each in draws]
            readings = []
            for path in ("", *spec.params.common.also):
                # Twice, because what is random without a seed tells nothing.
                answers, again = (self._ask(plan, criterion, spec, calls, path) for _ in range(2))
                readings.append(tuple(map(_steady, answers, again)))
            self._probes[key] = _Probe(draws, tuple(readings))
        return self._probes[key]

    def _drawn(
        self, criterion: Criterion, spec: CheckSpec, plan: GradingPlan, wide: bool
    ) -> Iterator[_Draw]:
        common: Cases = spec.params.common
        wrt = tuple(getattr(spec.params, "wrt", ()))
        subject = Subject(criterion.subject, getattr(spec.params, "forward", ""))
        session = self._sides(plan, spec).student  # the reference sits there
        for number, (case, told) in enumerate(wider(common, spec.id) if wide else written(common)):
            rng = np.random.default_rng([*hashlib.sha256(spec.id.encode()).digest()[:8], number])
            try:
                inputs: Mapping[str, Any] = draw_inputs(case.inputs, case.sizes, rng)
                if PLUS in told:
                    inputs = shaken(inputs, rng)
                call = Call(inputs, wrt=wrt, options=case.options)
                if common.convention.complete is not None:
                    inputs = common.convention.complete(session, subject, call, rng)
                    call = replace(call, inputs=inputs)
                if wrt or _wants_gradients(spec):
                    call = self._with_upstream(spec, subject, call, rng, session)
                with np.errstate(all="ignore"):
                    (answer,) = _runner(spec)(session, subject, [call])
            except (ArithmeticError, LookupError, TypeError, ValueError, WorkerError):
                continue  # there is no such draw, which is as good as refused
            if isinstance(answer, Computed):
                yield _Draw(call, told)

    @staticmethod
    def _with_upstream(
        spec: CheckSpec, subject: Subject, call: Call, rng: np.random.Generator, session: Any
    ) -> Call:
        convention = spec.params.common.convention
        if convention.scalar:
            return call
        (ahead,) = convention.forward(session, Subject(subject.forward or subject.path), [call])
        if isinstance(ahead, Fault):
            raise ValueError(ahead.message)
        out = next(iter(ahead.outputs.values()))
        return replace(call, upstream=rng.normal(size=np.shape(out)))

    def _ask(
        self,
        plan: GradingPlan,
        criterion: Criterion,
        spec: CheckSpec,
        calls: Sequence[Call],
        path: str = "",
    ) -> list[Answer]:
        """Asks whoever is seated, in a fresh worker; a worker that ends answers with a fault.

        Another path than the criterion's subject names another function that is right as well.

        Raises:
            WorkerKilled, WorkerStarved: something else on the machine disturbed it, every time.
        """
        subject = Subject(path or criterion.subject, getattr(spec.params, "forward", ""))
        for _ in range(TRIES - 1):
            try:
                return self._ask_once(plan, spec, subject, calls)
            except (WorkerKilled, WorkerStarved):
                continue
        return self._ask_once(plan, spec, subject, calls)

    def _ask_once(
        self, plan: GradingPlan, spec: CheckSpec, subject: Subject, calls: Sequence[Call]
    ) -> list[Answer]:
        session = self._begin(plan, spec)
        try:
            with np.errstate(all="ignore"):
                return _runner(spec)(session, subject, list(calls)) if calls else []
        except (WorkerDied, WorkerOutOfTime) as error:
            return [Fault(FaultKind.DIED, f"ended: {error}")] * len(calls)
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # What a convention makes of an answer that has another form.
            said = f"gave what cannot be read ({type(error).__name__})."
            return [Fault(FaultKind.MALFORMED, said)] * len(calls)

    def _begin(self, plan: GradingPlan, spec: CheckSpec) -> Any:
        session = self._sides(plan, spec).student
        limits = Limits(spec.limits.wall_s * PATIENCE, spec.limits.memory_mib)
        session.begin_group(limits)
        return session

    def _sides(self, plan: GradingPlan, spec: CheckSpec) -> Any:
        library = next(each.library for each in plan.checks if each.spec.id == spec.id)
        return self.stand.rooms[library]


def _runner(spec: CheckSpec) -> Callable[..., list[Answer]]:
    convention: Convention = spec.params.common.convention
    if _wants_gradients(spec) and convention.backward is not None:
        return convention.backward
    return convention.forward


def _runs(plan: GradingPlan, spec: CheckSpec) -> bool:
    return any(each.runs for each in plan.checks if each.spec.id == spec.id)


def _wants_gradients(spec: CheckSpec) -> bool:
    return spec.kind == "gradient"


def _steady(answer: Answer, again: Answer) -> Answer:
    """Returns an answer that came twice; a fault in the place of one that changes."""
    if isinstance(answer, Computed) and isinstance(again, Computed):
        if not difference(again, answer):
            return answer
    return Fault(FaultKind.MALFORMED, "It is another one each time.")


def _first_difference(probe: _Probe, answers: Sequence[Answer]) -> tuple[_Draw, str] | None:
    """Tells where the answers part from those of the reference; nothing where one is met."""
    found = [_parting(probe.draws, reading, answers) for reading in probe.readings]
    return found[0] if all(found) else None


def _parting(
    draws: Sequence[_Draw], readings: Sequence[Answer], answers: Sequence[Answer]
) -> tuple[_Draw, str] | None:
    for draw, right, answer in zip(draws, readings, answers, strict=True):
        if isinstance(right, Fault):
            continue
        if isinstance(answer, Fault):
            return draw, f"it {answer.message}"
        if said := difference(answer, right):
            return draw, said
    return None
