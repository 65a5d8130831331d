"""Kind `output`: the same values as the reference, or as numbers written in the rubric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import (
    PROPERTIES,
    Case,
    Cases,
    Reading,
    parse_cases,
    readings,
    reference_fault,
)
from grader.checks.difference_map import difference_maps
from grader.checks.draws import numbers
from grader.checks.judging import Judged, Wrong, as_array, judge
from grader.checks.kind import CheckKind
from grader.checks.margins import margins
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.closeness import Array, Tolerance
from grader.conventions.convention import Answer, Call, Computed, Subject
from grader.conventions.parameter_groups import absent_fault
from grader.errors import ReferenceFault
from grader.records import CheckResult, Compared, Outcome
from grader.worker.program import Fault, FaultKind

_UNFILLED: Final = "is not filled in yet"


@dataclass(frozen=True, slots=True)
class OutputParams:
    """Parameters of an output check.

    Attributes:
        common: convention and cases.
        outputs: names that are compared; all that the reference gives when empty.
        expect: expected numbers by name, in place of the reference's.
        raises: the subject has to raise, whatever, and nothing is compared.
        any_case: one case that is right is enough.
    """

    common: Cases
    outputs: tuple[str, ...]
    expect: Mapping[str, Array]
    raises: bool = False
    any_case: bool = False


def parse(data: Mapping[str, Any]) -> OutputParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or numbers are expected without a tolerance.
    """
    expect = {name: numbers(value) for name, value in data.get("expect", {}).items()}
    if expect and "tolerance" not in data:
        raise ValueError(
            "expect gives printed numbers, which are rounded. Add a tolerance with a because."
        )
    outputs, raises = tuple(data.get("outputs", ())), bool(data.get("raises", False))
    if raises and (outputs or expect):
        raise ValueError("A subject that has to raise has no outputs. Remove outputs and expect.")
    any_case = bool(data.get("any_case", False))
    return OutputParams(parse_cases(data), outputs, expect, raises, any_case)


def run(question: Question) -> CheckResult:
    """Asks every case and compares.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    params: OutputParams = question.params
    subject = Subject(question.subject)
    findings = []
    for _, case, ways in readings(question, params.common, subject):
        if params.raises:
            findings.append(_raised(question, case, next(ways).call))
            continue
        findings.append(_judged(question, subject, case, ways))
    if params.any_case:
        # Of ways that fail, one that gives a value is the student's.
        findings = [
            min(findings, key=lambda one: (one.outcome is not Outcome.PASSED, not one.compared))
        ]
    return result(question, [_begun(each, findings) for each in findings])


def _begun(finding: Finding, others: Sequence[Finding]) -> Finding:
    """Says of what gives a value in another case no more that it is not filled in."""
    if all(one.outcome is not Outcome.PASSED for one in others):
        return finding
    return replace(finding, message=finding.message.replace(f" {_UNFILLED}.", " gave nothing.", 1))


def _raised(question: Question, case: Case, call: Call) -> Finding:
    params: OutputParams = question.params
    name = case.name if len(params.common.cases) > 1 else ""
    subject = Subject(question.subject)
    (answer,) = params.common.convention.forward(question.student, subject, [call])
    if isinstance(answer, Fault) and answer.kind is not FaultKind.RAISED:
        return fault_finding(question.subject, answer, name, case.beyond_text)
    refused = isinstance(answer, Fault) and answer.exception != "NotImplementedError"
    said = _UNFILLED if isinstance(answer, Fault) else "returned a value"
    return Finding(
        case=name,
        outcome=Outcome.PASSED if refused else Outcome.FAILED,
        credit=1.0 if refused else 0.0,
        message="" if refused else f"{question.subject} {said}; it has to raise an exception here.",
        beyond_text=case.beyond_text,
    )


def _judged(question: Question, subject: Subject, case: Case, ways: Iterator[Reading]) -> Finding:
    """Judges one case: each output has to fit one of the ways to read the assignment."""
    convention = question.params.common.convention
    first: Finding | None = None
    left: frozenset[str] | None = None
    answer: Answer | None = None
    asked: Call | None = None
    for way in ways:
        expected = _expected(question, way.subject, way.call)
        # A way that has parameters of its own is another question.
        if answer is None or asked is None or not _same_inputs(asked, way.call):
            (answer,) = convention.forward(question.student, subject, [way.call])
            asked = way.call
        finding, wrong = _finding(question, case, way.call, answer, expected)
        if left is None:
            left = wrong
        elif isinstance(answer, Computed):
            # What is given and this way does not know of is not right by it either.
            left &= wrong | (answer.outputs.keys() - expected.keys())
        if not left:
            # What another way expected says nothing about a mistake.
            arrays = finding.arrays if finding.outcome is Outcome.PASSED else ()
            return replace(
                finding, outcome=Outcome.PASSED, credit=1.0, message="", hint="", arrays=arrays
            )
        first = first or finding
    assert first is not None  # noqa: S101  # there is always one way
    return first


def _same_inputs(one: Call, other: Call) -> bool:
    names = list(one.inputs)
    return names == list(other.inputs) and all(
        np.array_equal(one.inputs[name], other.inputs[name]) for name in names
    )


def _expected(question: Question, subject: Subject, call: Call) -> Mapping[str, Array]:
    params: OutputParams = question.params
    if params.expect:
        return params.expect
    (answer,) = params.common.convention.forward(question.reference, subject, [call])
    if isinstance(answer, Fault):
        raise reference_fault(question, answer)
    names = params.outputs or tuple(answer.outputs)
    arrays = {name: as_array(answer.outputs.get(name)) for name in names}
    expected = {name: array for name, array in arrays.items() if array is not None}
    if len(expected) < len(arrays) or not all(np.isfinite(a).all() for a in expected.values()):
        raise ReferenceFault(
            f"In check {question.spec.id} the reference gave no finite value for one of "
            f"{', '.join(names)}. This is a fault of the rubric or the reference."
        )
    return expected


def _finding(
    question: Question,
    case: Case,
    call: Call,
    answer: Computed | Fault,
    expected: Mapping[str, Array],
) -> tuple[Finding, frozenset[str]]:
    """Returns what is found, and the names of the outputs that are wrong."""
    params: OutputParams = question.params
    name = case.name if len(params.common.cases) > 1 else ""
    if isinstance(answer, Computed):
        absent = absent_fault(Subject(question.subject), list(answer.outputs), list(expected))
        answer = absent or answer
    if isinstance(answer, Fault):
        fault = fault_finding(question.subject, answer, name, case.beyond_text)
        return fault, frozenset(expected)
    tolerance = params.common.tolerance_of(*call.inputs.values())
    judged = judge_outputs(answer, expected, tolerance)
    wrong, advice = _parted(judged)
    advice += mutation_advice(question.subject, answer.mutated)
    said = "; ".join(each.message for each in list(wrong.values())[:3])
    # A function that gives its output but leaves out what it should have written is filled in.
    begun = any(value is not None for value in answer.outputs.values())
    verdict = "gave a wrong value" if begun else _UNFILLED
    finding = Finding(
        case=name,
        outcome=Outcome.FAILED if wrong else Outcome.PASSED,
        credit=0.0 if wrong else 1.0,
        message=f"{question.subject} {verdict}. {said}" if wrong else "",
        hint=next((each.hint for each in wrong.values() if each.hint), ""),
        beyond_text=case.beyond_text,
        advice=advice,
        evidence={
            "relative_error": {key: each.relative for key, each in wrong.items()},
            **margins(judged, tolerance),
            **difference_maps((key, each.misfit) for key, each in wrong.items()),
        },
        arrays=tuple(
            Compared(
                case=name,
                name=key,
                actual=as_array(answer.outputs.get(key)),
                expected=array,
                wrong=key in wrong,
                inputs=call.inputs,
                options=call.options,
            )
            for key, array in expected.items()
        ),
    )
    return finding, frozenset(wrong)


def compare_outputs(
    answer: Computed, expected: Mapping[str, Array], tolerance: Tolerance
) -> tuple[dict[str, Wrong], tuple[str, ...]]:
    """Compares all expected outputs; returns what is wrong by name, and advice."""
    return _parted(judge_outputs(answer, expected, tolerance))


def judge_outputs(
    answer: Computed, expected: Mapping[str, Array], tolerance: Tolerance
) -> dict[str, Judged]:
    """Compares all expected outputs, by name."""
    # State such as a running mean may keep axes of length 1; the output itself may not.
    return {
        name: judge(name, answer.outputs.get(name), array, tolerance, loose_shape=name != "out")
        for name, array in expected.items()
    }


def _parted(judged: Mapping[str, Judged]) -> tuple[dict[str, Wrong], tuple[str, ...]]:
    wrong = {name: one.wrong for name, one in judged.items() if one.wrong is not None}
    return wrong, tuple(line for one in judged.values() for line in one.advice)


def mutation_advice(subject: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Words that inputs were changed in place."""
    if not names:
        return ()
    what = " and ".join(names)
    return (
        f"{subject} changed its input {what} in place, which its caller may still need; work on a "
        "copy.",
    )


KIND: Final = CheckKind(
    name="output",
    summary="same values as the reference on drawn inputs, or as numbers written in the rubric",
    properties={
        **PROPERTIES,
        "outputs": {
            "description": "Names of the outputs that are compared; all unless given.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
        },
        "expect": {
            "description": "Expected numbers by output, as the assignment prints them.",
            "type": "object",
            "minProperties": 1,
        },
        "any_case": {
            "description": "One case that is right is enough: the cases are ways to call the "
            "subject among which the assignment leaves the choice.",
            "type": "boolean",
        },
        "raises": {
            "description": "The subject has to raise an exception on these inputs; which one is "
            "its own affair.",
            "type": "boolean",
        },
    },
    required=(),
    parse=parse,
    run=run,
)
