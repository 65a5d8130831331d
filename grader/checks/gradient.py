"""Kind `gradient`: is backward right? Two questions, told apart.

*Does it agree with the reference?* Judged element by element, exactly. *Does it agree with the
student's own forward?* Judged in random directions, and asked only where the first answer is no: then
a right backward of a slightly wrong forward keeps its points, because the forward's fault is
charged at the forward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import PROPERTIES, Case, Cases, calls, parse_cases, reference_fault
from grader.checks.directional import Agreement, agreement, similar
from grader.checks.judging import Wrong, as_array, judge
from grader.checks.kind import CheckKind
from grader.checks.output import mutation_advice
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.closeness import Array
from grader.conventions.convention import Call, Computed, Subject, gradient_name
from grader.errors import ReferenceFault
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault

# How far a wrong forward and its gradients may be from the reference, in the Euclidean norm, for its
# backward to be judged on it. Forgetting a bias or an eps stays far below; zeros, an echo of
# the input and a doubled input are at 1 or above.
SIMILAR: Final = 0.5
# The least scale of a gradient, relative to the upstream gradient: what cancels to zero leaves
# rounding of this order behind.
FLOOR: Final = 1e-3


@dataclass(frozen=True, slots=True)
class GradientParams:
    """Parameters of a gradient check.

    Attributes:
        common: convention and cases.
        forward: path of the forward function; empty where the subject is both.
        wrt: inputs whose gradients are asked for, in the order in which they are returned; all
            parameters that the reference has when empty.
        credit: share of the credit for each input; one for all when empty.
        own_forward: judge on the student's own forward alone, for functions whose random numbers
            are nobody's business.
    """

    common: Cases
    forward: str
    wrt: tuple[str, ...]
    credit: Mapping[str, float]
    own_forward: bool


def parse(data: Mapping[str, Any]) -> GradientParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or an input is named that there is not.
    """
    common = parse_cases(data)
    wrt = tuple(data.get("wrt", ()))
    if common.convention.backward is None:
        raise ValueError(f"The convention {common.convention.name} has no backward to ask for.")
    credit = {name: float(share) for name, share in data.get("credit", {}).items()}
    for name in (*(wrt if common.convention.complete is None else ()), *credit):
        if name not in (wrt if name in credit else common.cases[0].inputs):
            raise ValueError(f"{name!r} is not among the inputs or not in wrt.")
    if credit and set(credit) != set(wrt):
        missing = ", ".join(sorted(set(wrt) - set(credit)))
        raise ValueError(f"credit gives no share to {missing}. Give every input in wrt one.")
    return GradientParams(
        common, data.get("forward", ""), wrt, credit, bool(data.get("own_forward", False))
    )


def run(question: Question) -> CheckResult:
    """Asks every case and compares.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    params: GradientParams = question.params
    subject = Subject(question.subject, params.forward)
    findings = []
    for index, case, drawn in calls(question, params.common, subject, params.wrt):
        call, expected = _expected(question, subject, drawn, index)
        assert params.common.convention.backward is not None  # noqa: S101  # checked by parse
        (answer,) = params.common.convention.backward(question.student, subject, [call])
        findings.append(_Case(question, subject, case, call, expected, index).finding(answer))
    return result(question, findings)


def _expected(
    question: Question, subject: Subject, call: Call, index: int
) -> tuple[Call, Computed]:
    """Draws the upstream gradient in the shape of the output, and asks the reference."""
    params: GradientParams = question.params
    convention = params.common.convention
    if not convention.scalar:
        forward = Subject(subject.forward or subject.path)
        (ahead,) = convention.forward(question.reference, forward, [call])
        if isinstance(ahead, Fault):
            raise reference_fault(question, ahead)
        shape = np.shape(next(iter(ahead.outputs.values())))
        dtype = next((v.dtype for v in call.inputs.values() if isinstance(v, np.ndarray)), float)
        call = replace(call, upstream=question.rng(index, 1).normal(size=shape).astype(dtype))
    assert convention.backward is not None  # noqa: S101  # checked by parse
    (answer,) = convention.backward(question.reference, subject, [call])
    if isinstance(answer, Fault):
        raise reference_fault(question, answer)
    if not all(isinstance(v, np.ndarray) and np.isfinite(v).all() for v in answer.gradients.values()):
        raise ReferenceFault(
            f"In check {question.spec.id} the reference gave a gradient that is not finite. "
            "This is a fault of the rubric or the reference."
        )
    return replace(call, wrt=tuple(answer.gradients)), answer


@dataclass(frozen=True, slots=True)
class _Case:
    question: Question
    subject: Subject
    case: Case
    call: Call
    expected: Computed
    index: int

    def finding(self, answer: Computed | Fault) -> Finding:
        params: GradientParams = self.question.params
        name = self.case.name if len(params.common.cases) > 1 else ""
        if isinstance(answer, Fault):
            return fault_finding(self.subject.path, answer, name, self.case.beyond_text)
        wrong, advice, disagreeing = self._against_reference(answer)
        agreements: dict[str, Agreement] = {}
        forward_wrong = self._forward_wrong(answer)
        if params.own_forward or (disagreeing and forward_wrong):
            agreements = self._against_own_forward(answer, wrong)
            kept = [each for each in wrong if self._excused(each, answer, agreements)]
            if kept and not params.own_forward:
                advice += (self._kept(kept),)
            wrong = {each: what for each, what in wrong.items() if each not in kept}
            for each, agreed in agreements.items():
                if params.own_forward and not agreed.agrees and each not in wrong:
                    wrong[each] = Wrong(f"{gradient_name(each)} differs from your own forward")
        return Finding(
            case=name,
            outcome=self._outcome(wrong, forward_wrong),
            credit=self._credit(wrong),
            message=self._message(wrong, forward_wrong, agreements),
            hint=next((what.hint for what in wrong.values() if what.hint), ""),
            beyond_text=self.case.beyond_text,
            advice=advice + mutation_advice(self.subject.forward, answer.mutated),
            evidence={
                "reference_relative_error": {k: what.relative for k, what in wrong.items()},
                "own_forward_relative_error": {k: a.relative_error for k, a in agreements.items()},
                "forward_agrees": not forward_wrong,
            },
        )

    def _against_reference(
        self, answer: Computed
    ) -> tuple[dict[str, Wrong], tuple[str, ...], bool]:
        params: GradientParams = self.question.params
        tolerance = params.common.tolerance_of(*self.call.inputs.values())
        upstream = self.call.upstream
        floor = FLOOR * float(np.max(np.abs(upstream))) if upstream is not None else FLOOR**2
        wrong: dict[str, Wrong] = {}
        advice: tuple[str, ...] = ()
        for name, expected in self.expected.gradients.items():
            judged = judge(
                self._called(name),
                answer.gradients.get(name),
                expected,
                tolerance,
                loose_shape=True,
                scale_floor=floor,
            )
            advice += judged.advice
            if judged.wrong is not None:
                wrong[name] = judged.wrong
        return wrong, advice, bool(wrong)

    def _called(self, name: str) -> str:
        scalar = self.question.params.common.convention.complete is not None
        return f"grads[{name!r}]" if scalar else gradient_name(name)

    def _forward_wrong(self, answer: Computed) -> bool:
        tolerance = self.question.params.common.tolerance_of(*self.call.inputs.values())
        return any(
            judge(name, answer.outputs.get(name), expected, tolerance).wrong is not None
            for name, expected in _arrays(self.expected.outputs).items()
        )

    def _against_own_forward(
        self, answer: Computed, wrong: Mapping[str, Wrong]
    ) -> dict[str, Agreement]:
        params: GradientParams = self.question.params
        agreements = {}
        for number, name in enumerate(self.expected.gradients):
            if name not in wrong and not params.own_forward:
                continue
            gradient = as_array(answer.gradients.get(name))
            shape = np.shape(self.call.inputs[name])
            if gradient is None or gradient.dtype.kind not in "fiu" or gradient.shape != shape:
                continue
            if not np.isfinite(gradient).all():
                continue
            agreements[name] = agreement(
                self.question.student,
                params.common.convention,
                self.subject,
                self.call,
                name,
                gradient.astype(np.float64),
                self.question.rng(self.index, 2, number),
            )
        return agreements

    def _excused(self, name: str, answer: Computed, agreements: Mapping[str, Agreement]) -> bool:
        agreed = agreements.get(name)
        if agreed is None or not agreed.agrees or agreed.flat:
            return False
        if self.question.params.own_forward:
            return True
        pairs = [(answer.outputs.get(k), v) for k, v in _arrays(self.expected.outputs).items()]
        pairs.append((answer.gradients.get(name), self.expected.gradients[name]))
        return similar(pairs, SIMILAR)

    def _kept(self, names: list[str]) -> str:
        what = " and ".join(self._called(name) for name in names)
        return (
            f"{what} was judged on your own forward, which is wrong: it is the right derivative "
            "of what your forward computes, and loses nothing here."
        )

    def _outcome(self, wrong: Mapping[str, Wrong], forward_wrong: bool) -> Outcome:
        if not wrong:
            return Outcome.PASSED
        # Numbers that come from a wrong forward's cache show nothing about backward.
        if forward_wrong and all(what.relative >= 0 for what in wrong.values()):
            return Outcome.FAILED if self.question.params.own_forward else Outcome.SKIPPED
        return Outcome.FAILED

    def _credit(self, wrong: Mapping[str, Wrong]) -> float:
        shares: Mapping[str, float] = self.question.params.credit
        if not shares:
            return 0.0 if wrong else 1.0
        right = sum(share for name, share in shares.items() if name not in wrong)
        return right / sum(shares.values())

    def _message(
        self, wrong: Mapping[str, Wrong], forward_wrong: bool, agreements: Mapping[str, Agreement]
    ) -> str:
        if not wrong:
            return ""
        right = [self._called(name) for name in self.expected.gradients if name not in wrong]
        said = "; ".join(what.message for what in list(wrong.values())[:3])
        more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""
        also = f" Right: {', '.join(right)}." if right else ""
        if self._outcome(wrong, forward_wrong) is Outcome.SKIPPED:
            return (
                f"{self.subject.path} cannot be judged apart from {self.subject.forward or 'loss'}, "
                f"which is wrong on these inputs: {said}{more}.{also} "
                "Mend the forward pass first."
            )
        return f"{self.subject.path} returned a wrong gradient. {said}{more}.{also}"


def _arrays(values: Mapping[str, Any]) -> dict[str, Array]:
    arrays = {name: as_array(value) for name, value in values.items()}
    return {name: array for name, array in arrays.items() if array is not None}


KIND: Final = CheckKind(
    name="gradient",
    summary="backward agrees with the reference, or at least with the student's own forward",
    properties={
        **PROPERTIES,
        "forward": {
            "description": "Dotted path of the forward function that the subject belongs to.",
            "type": "string",
            "minLength": 1,
        },
        "wrt": {
            "description": "Inputs whose gradients are returned, in that order; all parameters of "
            "a network unless given.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "uniqueItems": True,
        },
        "credit": {
            "description": "Share of the credit for each input's gradient; all or nothing unless "
            "given.",
            "type": "object",
            "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
        },
        "own_forward": {
            "description": "Judge on the student's own forward alone, for functions that draw "
            "random numbers of their own.",
            "type": "boolean",
        },
    },
    required=(),
    parse=parse,
    run=run,
)
