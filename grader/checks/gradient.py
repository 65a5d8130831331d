"""Kind `gradient`: is backward right? Two questions, told apart.

*Does it agree with the reference?* Judged element by element, exactly. *Does it agree with the
student's own forward?* Judged in random directions, and asked only where the first answer is no:
then a right backward of a slightly wrong forward keeps its points, because the forward's fault
is charged at the forward.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import PROPERTIES, Cases, parse_cases, readings, reference_fault
from grader.checks.gradient_case import EXPLAINS_UP_TO, FORWARD_ERROR, AskedCase, GradientParams
from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.checks.verdict import Finding, result
from grader.conventions.convention import Call, Computed, Subject
from grader.errors import ReferenceFault
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault


def parse(data: Mapping[str, Any]) -> GradientParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or an input is named that there is not.
    """
    common = parse_cases(data)
    apart = parse_cases({**data, "cases": [data["apart"]]}) if "apart" in data else None
    wrt = tuple(data.get("wrt", ()))
    if common.convention.backward is None:
        raise ValueError(
            f"The convention {common.convention.name} has no backward to ask for. Ask for its "
            "outputs, by the kind output."
        )
    credit = {name: float(share) for name, share in data.get("credit", {}).items()}
    for name in (*(wrt if common.convention.complete is None else ()), *credit):
        if name not in (wrt if name in credit else common.cases[0].inputs):
            raise ValueError(
                f"credit gives {name!r} a share, which is not in wrt. Add it there, or remove it."
                if name in credit
                else f"wrt names {name!r}, which is none of the inputs. Correct the name."
            )
    if credit and set(credit) != set(wrt):
        missing = ", ".join(sorted(set(wrt) - set(credit)))
        raise ValueError(f"credit gives no share to {missing}. Give every input in wrt one.")
    return GradientParams(
        common, data.get("forward", ""), wrt, credit, bool(data.get("own_forward", False)), apart
    )


def run(question: Question) -> CheckResult:
    """Asks every case and compares.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    params: GradientParams = question.params
    findings = _findings(question, params.common)
    if params.apart is not None and any(each.outcome is Outcome.SKIPPED for each in findings):
        (apart,) = _findings(question, params.apart)
        findings = [_judged_apart(each, apart) for each in findings]
    return result(question, findings)


def _judged_apart(finding: Finding, apart: Finding) -> Finding:
    """Lets the case on which the forward is nearly right answer for one that could not be judged.

    Where it shows no more than that one did, or its forward is far off as well, it does not count.
    """
    near = apart.evidence.get(FORWARD_ERROR, math.inf) <= EXPLAINS_UP_TO
    if finding.outcome is not Outcome.SKIPPED or not near or apart.credit <= finding.credit:
        return finding
    advice = (*finding.advice, *apart.advice)
    # Diagnoses are made of the cases that every hand-in is asked.
    return replace(apart, beyond_text=finding.beyond_text, advice=advice, arrays=())


def _findings(question: Question, cases: Cases) -> list[Finding]:
    """Asks every case, in all readings; returns the finding of the reading that fits best."""
    params: GradientParams = question.params
    subject = Subject(question.subject, params.forward)
    findings = []
    for index, case, ways in readings(question, cases, subject, params.wrt):
        found: list[Finding] = []
        for number, way in enumerate(ways):
            call, expected = _expected(question, way.subject, way.call, index)
            assert params.common.convention.backward is not None  # noqa: S101  # checked by parse
            (answer,) = params.common.convention.backward(question.student, subject, [call])
            asked = AskedCase(question, subject, case, call, expected, index)
            # A gradient counts as another reading's only together with the forward of that one.
            if number and (isinstance(answer, Fault) or asked.forward_error(answer) is not None):
                continue
            found.append(asked.finding(answer))
            if found[-1].outcome is Outcome.PASSED:
                break
        # The way that fits best; of several, the one that is said first.
        findings.append(max(found, key=lambda each: each.credit))
    return findings


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
    if not all(
        isinstance(v, np.ndarray) and np.isfinite(v).all() for v in answer.gradients.values()
    ):
        raise ReferenceFault(
            f"In check {question.spec.id} the reference gave a gradient that is not finite. "
            "This is a fault of the rubric or the reference."
        )
    return replace(call, wrt=tuple(answer.gradients)), answer


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
            "description": "Count agreement with the student's own forward even where it is far "
            "from the reference's, for functions that draw random numbers of their own.",
            "type": "boolean",
        },
        "apart": {
            **PROPERTIES["cases"]["items"],
            "description": "One more case, such as a large batch, on which a forward with a usual "
            "slip is nearly right. It is asked where backward cannot be judged apart from its "
            "forward in another case, and counts for that one.",
        },
    },
    required=(),
    parse=parse,
    run=run,
)
