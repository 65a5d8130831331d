"""Judges one case of a gradient check: against the reference, then on the student's own pieces."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import Case, Cases
from grader.checks.difference_map import difference_maps
from grader.checks.directional import Agreement, agreement, aligned, picks, relative_error, similar
from grader.checks.judging import Judged, Wrong, as_array, judge
from grader.checks.margins import margins
from grader.checks.output import mutation_advice
from grader.checks.question import Question
from grader.checks.random_loss import in_reach
from grader.checks.verdict import Finding, fault_finding
from grader.closeness import Array, Tolerance
from grader.conventions.convention import Answer, Call, Computed, Subject
from grader.records import Compared, Outcome
from grader.worker.program import Fault, FaultKind

# How far a wrong forward and its gradients may be from the reference, in the Euclidean norm, for
# its backward to be judged on it. Forgetting a bias or an eps stays far below; zeros, an echo
# of the input and a doubled input are at 1 or above.
SIMILAR: Final = 0.5
# A network's gradients may differ more from parameter to parameter, when a term of its loss is
# missing; taken together they still point the same way. Unrelated vectors have a cosine near 0.
ALIGNED: Final = 0.3
# A gradient from the cache of a slightly wrong forward is wrong by about as much as the forward:
# up to this forward error, and up to this many times it, the forward explains the gradient.
# A backward that misses a path through the statistics is off by its own order of magnitude, which
# the last number bounds.
EXPLAINS_UP_TO: Final = 0.02
EXPLAINS_TIMES: Final = 10.0
EXPLAINED_AT_MOST: Final = 0.1
FORWARD_ERROR: Final = "forward_relative_error"  # what it is called among the measurements
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
        own_forward: the student's own forward counts even where it is far from the reference's,
            for functions whose random numbers are nobody's business.
        apart: one more case, for a backward that cannot be judged apart from its forward in the
            others: there a forward with a usual slip is nearly right.
    """

    common: Cases
    forward: str
    wrt: tuple[str, ...]
    credit: Mapping[str, float]
    own_forward: bool
    apart: Cases | None = None


@dataclass(frozen=True, slots=True)
class AskedCase:
    """One case with what was asked and what the reference answers.

    Attributes:
        index: of the case, for its random numbers.
    """

    question: Question
    subject: Subject
    case: Case
    call: Call
    expected: Computed
    index: int

    def finding(self, answer: Answer) -> Finding:
        """Judges the student's answer.

        A backward whose forward does not run, or runs wrong, is asked again on the cache that the
        assignment documents, where it documents one.
        """
        if not isinstance(answer, Fault):
            first = self._judge(answer)
        elif answer.about in ("", self.subject.path):
            first = fault_finding(self.subject.path, answer, self._name, self.case.beyond_text)
        else:
            first = self._unjudgeable(answer)
        missing = isinstance(answer, Fault) and answer.kind is FaultKind.MISSING
        if first.outcome is Outcome.PASSED or (missing and first.outcome is Outcome.FAILED):
            return first
        forward_failed = isinstance(answer, Fault) or self.forward_error(answer) is not None
        alone = self._params.common.convention.backward_alone
        if forward_failed and alone is not None and self.call.options.get("cache"):
            (again,) = alone(self.question.student, self.subject, [self.call])
            if not isinstance(again, Fault):
                second = self._judge(replace(again, outputs=self.expected.outputs))
                if second.credit > first.credit:
                    said = (
                        f"{self.subject.path} was judged on the cache that the assignment "
                        f"documents, because {self.subject.forward} is wrong."
                    )
                    return replace(second, advice=(*second.advice, said))
        return first

    @property
    def _params(self) -> GradientParams:
        params: GradientParams = self.question.params
        return params

    @property
    def _tolerance(self) -> Tolerance:
        return self._params.common.tolerance_of(*self.call.inputs.values())

    @property
    def _output(self) -> str:
        return self._params.common.convention.differentiated

    @property
    def _name(self) -> str:
        return self.case.name if len(self._params.common.cases) > 1 else ""

    def _unjudgeable(self, fault: Fault) -> Finding:
        said = fault_finding(fault.about or self.subject.path, fault, "", False)
        return Finding(
            case=self._name,
            outcome=Outcome.SKIPPED,
            message=f"{self.subject.path} cannot be judged yet. {said.message}",
            hint="Mend the forward pass first.",
            beyond_text=self.case.beyond_text,
        )

    def _judge(self, answer: Computed) -> Finding:
        judged = self._against_reference(answer)
        wrong = {each: one.wrong for each, one in judged.items() if one.wrong is not None}
        advice = tuple(line for one in judged.values() for line in one.advice)
        forward_error = self.forward_error(answer)
        agreements: dict[str, Agreement] = {}
        if wrong and self._has_excuse(answer, forward_error):
            agreements = self._against_own_forward(answer, wrong)
            kept = [
                each
                for each, what in wrong.items()
                if what.relative >= 0 and self._excused(each, answer, agreements, forward_error)
            ]
            if kept and not self._params.own_forward:
                advice += (self._kept(kept),)
            wrong = {each: what for each, what in wrong.items() if each not in kept}
        skipped = self._is_skipped(wrong, forward_error) or bool(wrong and self._misshapen(answer))
        outcome = Outcome.SKIPPED if skipped else Outcome.FAILED
        return Finding(
            case=self._name,
            outcome=outcome if wrong else Outcome.PASSED,
            credit=self._credit(wrong),
            message=self._message(wrong, skipped, answer) if wrong else "",
            hint=self._hint(wrong, skipped),
            beyond_text=self.case.beyond_text,
            advice=advice
            + mutation_advice(self.subject.forward or self.subject.path, answer.mutated),
            evidence={
                "reference_relative_error": {k: what.relative for k, what in wrong.items()},
                "own_forward_relative_error": {k: a.relative_error for k, a in agreements.items()},
                FORWARD_ERROR: forward_error or 0.0,
                **margins(judged, self._tolerance),
                **difference_maps((self._called(k), what.misfit) for k, what in wrong.items()),
            },
            arrays=self._compared(answer, wrong),
        )

    def _compared(self, answer: Computed, wrong: Collection[str]) -> tuple[Compared, ...]:
        return tuple(
            Compared(
                case=self._name,
                name=self._called(name),
                actual=as_array(answer.gradients.get(name)),
                expected=expected,
                wrong=name in wrong,
                inputs=self.call.inputs,
                upstream=self.call.upstream,
                options=self.call.options,
            )
            for name, expected in self.expected.gradients.items()
        )

    def _has_excuse(self, answer: Computed, forward_error: float | None) -> bool:
        """Tells whether a gradient that is not the reference's may still be right.

        A forward that is wrong only where backward is asked, and right in its own checks, was made
        so: it knows which check it is in. A library's gradient of a right forward is the
        reference's, unless a backward of the hand-in's own stands between.
        """
        if self._params.own_forward:
            convention = self._params.common.convention
            if convention.by_autograd and forward_error is None:
                return False
            return in_reach(self.question, convention, self.subject, self.call, self.index, answer)
        return forward_error is not None and self.subject.forward not in self.question.right

    def _against_reference(self, answer: Computed) -> dict[str, Judged]:
        tolerance = self._tolerance
        upstream = self.call.upstream
        floor = FLOOR * float(np.max(np.abs(upstream))) if upstream is not None else FLOOR
        return {
            name: judge(
                self._called(name),
                answer.gradients.get(name),
                expected,
                tolerance,
                loose_shape=True,
                scale_floor=floor,
            )
            for name, expected in self.expected.gradients.items()
        }

    def _called(self, name: str) -> str:
        return self._params.common.convention.names_gradient(name)

    def forward_error(self, answer: Computed) -> float | None:
        """Returns how far the student's forward is off in these inputs; `None` when it is right."""
        errors = [
            relative_error(answer.outputs.get(name), expected)
            for name, expected in _arrays(self.expected.outputs).items()
            if judge(name, answer.outputs.get(name), expected, self._tolerance).wrong is not None
        ]
        return max(errors, default=None)

    def _against_own_forward(
        self, answer: Computed, wrong: Mapping[str, Wrong]
    ) -> dict[str, Agreement]:
        agreements = {}
        by_autograd = self._params.common.convention.by_autograd
        for number, name in enumerate(self.expected.gradients):
            gradient = as_array(answer.gradients.get(name))
            size = np.size(self.call.inputs[name])
            if name not in wrong or gradient is None or gradient.dtype.kind not in "fiu":
                continue
            if gradient.size != size or not np.isfinite(gradient).all():
                continue
            if by_autograd:
                agreements[name] = Agreement(True, True, flat=False, relative_error=0.0)
                continue
            agreements[name] = agreement(
                self.question.student,
                self._params.common.convention,
                self.subject,
                self.call,
                name,
                gradient.astype(np.float64).reshape(np.shape(self.call.inputs[name])),
                self.question.rng(self.index, 2, number),
            )
        return agreements

    def _excused(
        self,
        name: str,
        answer: Computed,
        agreements: Mapping[str, Agreement],
        forward_error: float | None,
    ) -> bool:
        """Tells whether a gradient that is not the reference's is right all the same.

        Where the forward picks elements by what they are, as max pooling does, and backward goes to
        those that were picked, wrong places are the forward's fault alone. Where differences tell
        nothing, because the forward rounds to float32 or draws a dropout, a library's gradient is
        believed.
        """
        expected = self.expected.gradients[name]
        own = relative_error(answer.gradients.get(name), expected)
        if forward_error is not None and 0 < forward_error <= EXPLAINS_UP_TO:
            if own <= min(EXPLAINS_TIMES * forward_error, EXPLAINED_AT_MOST):
                return True
        agreed = agreements.get(name)
        if agreed is not None and not agreed.told and forward_error is not None:
            return self._params.own_forward and bool(self._params.common.convention.library)
        if agreed is None or not agreed.agrees or agreed.flat:
            return False
        if self._params.own_forward:
            return True
        outputs = [(answer.outputs.get(k), v) for k, v in _arrays(self.expected.outputs).items()]
        if self._params.common.convention.complete is not None:
            gradients = [(answer.gradients.get(k), v) for k, v in self.expected.gradients.items()]
            return similar(outputs, SIMILAR) and aligned(gradients, ALIGNED)
        if similar([*outputs, (answer.gradients.get(name), expected)], SIMILAR):
            return True
        return picks(
            self.question.student,
            self._params.common.convention,
            self.subject,
            self.call,
            name,
            self.question.rng(self.index, 4),
        )

    def _kept(self, names: list[str]) -> str:
        called = [self._called(name) for name in names]
        if len(called) > 3:
            return (
                "Your gradients were judged on your own forward, which is wrong: nothing is lost."
            )
        listed = " and ".join([", ".join(called[:-1]), called[-1]]) if called[1:] else called[0]
        verb = "were" if called[1:] else "was"
        return f"{listed} {verb} judged on your own forward, which is wrong: nothing is lost here."

    def _is_skipped(self, wrong: Mapping[str, Wrong], forward_error: float | None) -> bool:
        # Numbers that come from a wrong forward's cache show nothing about backward.
        return (
            forward_error is not None
            and not self._params.own_forward
            and all(what.relative >= 0 for what in wrong.values())
        )

    def _misshapen(self, answer: Computed) -> str:
        """Says which output has another shape, so that a library could take no gradients."""
        if not self._params.common.convention.library or any(
            each is not None for each in answer.gradients.values()
        ):
            return ""
        arrays = _arrays(answer.outputs)
        judged = (
            judge(name, arrays[name], expected, self._tolerance).wrong
            for name, expected in _arrays(self.expected.outputs).items()
            if name in arrays and arrays[name].shape != expected.shape
        )
        return "; ".join(what.message for what in judged if what is not None)

    def _credit(self, wrong: Mapping[str, Wrong]) -> float:
        shares = self._params.credit
        if not shares:
            return 0.0 if wrong else 1.0
        right = sum(share for name, share in shares.items() if name not in wrong)
        return right / sum(shares.values())

    def _message(self, wrong: Mapping[str, Wrong], skipped: bool, answer: Computed) -> str:
        if skipped and (misshapen := self._misshapen(answer)):
            return (
                f"The gradients of {self.subject.path} cannot be judged, because {self._output} "
                f"itself is wrong on these inputs: {misshapen}."
            )
        right = [self._called(name) for name in self.expected.gradients if name not in wrong]
        said = "; ".join(what.message for what in list(wrong.values())[:3])
        more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""
        also = f" Right: {', '.join(right)}." if right else ""
        if skipped and self.subject.forward == self.subject.path:  # two methods of one class
            return (
                f"The backward pass of {self.subject.path} cannot be judged apart from its forward "
                f"pass, which is wrong on these inputs: {said}{more}.{also}"
            )
        if skipped and self.subject.forward:
            return (
                f"{self.subject.path} cannot be judged apart from {self.subject.forward}, which is "
                f"wrong on these inputs: {said}{more}.{also}"
            )
        if skipped:
            return (
                f"The gradients of {self.subject.path} cannot be judged, because {self._output} "
                f"itself is wrong on these inputs: {said}{more}.{also}"
            )
        values = (*answer.gradients.values(), *answer.outputs.values())
        begun = any(value is not None for value in values)
        verdict = "returned a wrong gradient" if begun else "is not filled in yet"
        return f"{self.subject.path} {verdict}. {said}{more}.{also}"

    def _hint(self, wrong: Mapping[str, Wrong], skipped: bool) -> str:
        if wrong and skipped:
            return f"Mend {'the forward pass' if self.subject.forward else self._output} first."
        return next((what.hint for what in wrong.values() if what.hint), "")


def _arrays(values: Mapping[str, Any]) -> dict[str, Array]:
    arrays = {name: as_array(value) for name, value in values.items()}
    return {name: array for name, array in arrays.items() if array is not None}
