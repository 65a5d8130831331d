"""One case of a statistical law, as it is put to the student's session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.checks.cases import Cases
from grader.checks.judging import as_array, describe_value
from grader.checks.question import Question
from grader.closeness import Array
from grader.conventions.convention import Answer, Call, Subject
from grader.worker.program import Fault, FaultKind


@dataclass(frozen=True, slots=True)
class StatisticsParams:
    """Parameters of a statistics check.

    Attributes:
        common: convention and cases.
        law: name of the law.
        forward: path of the forward function, for laws about a backward.
        std: expected standard deviation by the name of the parameter.
        bound: largest magnitude by the name of the parameter.
    """

    common: Cases
    law: str
    forward: str
    std: Mapping[str, float]
    bound: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """One case of a law, and the student's session to ask.

    Attributes:
        question: the whole check.
        subject: what is asked.
        call: the inputs of this case.
        index: which case it is, for further draws.
    """

    question: Question
    subject: Subject
    call: Call
    index: int

    def forward(self, path: str, *calls: Call) -> list[Answer]:
        """Asks the student's forward function at a dotted path; one answer for each call."""
        convention = self.question.params.common.convention
        answers: list[Answer] = convention.forward(self.question.student, Subject(path), calls)
        return answers

    def output(self, answer: Answer, name: str, shape: tuple[int, ...]) -> Array | Fault:
        """Returns an output of an answer; a fault where it is no array of numbers of that shape."""
        if isinstance(answer, Fault):
            return answer
        value = answer.outputs.get(name)
        array = as_array(value)
        if array is None or array.dtype.kind not in "fiub" or array.shape != shape:
            return Fault(
                FaultKind.MALFORMED,
                f"{self.question.subject}: {name} is {describe_value(value)}; expected an array "
                f"of shape {shape}.",
            )
        return array


def with_inputs(call: Call, **inputs: Any) -> Call:
    """Returns a call whose inputs are other ones, or more."""
    return Call({**call.inputs, **inputs}, call.upstream, call.wrt, call.options)


def with_options(call: Call, **options: Any) -> Call:
    """Returns a call whose options are other ones, or more."""
    return Call(call.inputs, call.upstream, call.wrt, {**call.options, **options})
