"""Kind `structure`: what there is, before any number is looked at.

Names and shapes of a network's parameters, and libraries that an assignment bans. What the sources
import was found by parsing them, not by running them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grader.checks.cases import PROPERTIES, Case, Cases, calls, parse_cases, reference_fault
from grader.checks.judging import as_array, describe_value, same_vector
from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.conventions.convention import Call, Subject
from grader.plain_text import quote_if_odd, quote_some
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault


@dataclass(frozen=True, slots=True)
class StructureParams:
    """Parameters of a structure check.

    Attributes:
        common: convention and cases.
        parameters: compare names and shapes of the network's parameters with the reference's.
        bans: libraries that the hand-in must not import.
    """

    common: Cases
    parameters: bool
    bans: tuple[str, ...]


def parse(data: Mapping[str, Any]) -> StructureParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or nothing is asked.
    """
    parameters, bans = bool(data.get("parameters", False)), tuple(data.get("bans", ()))
    if not parameters and not bans:
        raise ValueError("Nothing is asked. Add parameters: true, or a list of bans.")
    return StructureParams(parse_cases(data), parameters, bans)


def run(question: Question) -> CheckResult:
    """Looks at the sources, then at the parameters of every case.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    params: StructureParams = question.params
    findings = [_bans(question)] if params.bans else []
    if params.parameters:
        subject = Subject(question.subject)
        for _, case, call in calls(question, params.common, subject):
            findings.append(_parameters(question, subject, case, call))
    return result(question, findings)


def _bans(question: Question) -> Finding:
    params: StructureParams = question.params
    found = [
        f"{quote_if_odd(filename)}, line {line}, imports {name}"
        for filename, fact in question.facts.items()
        if fact.origin == "handin"
        for name, line in fact.imports
        if name in params.bans
    ]
    message = f"The assignment bans {', '.join(params.bans)}: {'; '.join(found)}." if found else ""
    return Finding(
        case="",
        outcome=Outcome.FAILED if found else Outcome.PASSED,
        credit=0.0 if found else 1.0,
        message=message,
        hint="Write the layer with NumPy and remove the import." if found else "",
    )


def _parameters(question: Question, subject: Subject, case: Case, call: Call) -> Finding:
    params: StructureParams = question.params
    convention = params.common.convention
    name = case.name if len(params.common.cases) > 1 else ""
    (expected,) = convention.forward(question.reference, subject, [call])
    if isinstance(expected, Fault):
        raise reference_fault(question, expected)
    (answer,) = convention.forward(question.student, subject, [call])
    if isinstance(answer, Fault):
        return fault_finding(question.subject, answer, name, case.beyond_text)
    problems, advice = [], []
    for key, value in expected.outputs.items():
        if key not in answer.outputs:
            problems.append(f"params has no {key!r}")
            continue
        array = as_array(answer.outputs[key])
        if array is None:
            problems.append(f"params[{key!r}] is {describe_value(answer.outputs[key])}")
        elif same_vector(array, np.asarray(value), loose=True):
            if array.shape != np.shape(value):
                advice.append(
                    f"params[{key!r}] has shape {array.shape} where {np.shape(value)} is "
                    "documented; accepted."
                )
        elif array.shape != np.shape(value):
            problems.append(f"params[{key!r}] has shape {array.shape}, not {np.shape(value)}")
    extra = [str(key) for key in answer.outputs if key not in expected.outputs]
    if extra:
        advice.append(f"{question.subject} has further parameters: {quote_some(extra)}.")
    said = "; ".join(problems[:3]) + (f"; and {len(problems) - 3} more" if problems[3:] else "")
    return Finding(
        case=name,
        outcome=Outcome.FAILED if problems else Outcome.PASSED,
        credit=0.0 if problems else 1.0,
        message=f"{question.subject} has wrong parameters after construction: {said}."
        if said
        else "",
        hint="The class's docstring names every parameter and its shape." if problems else "",
        beyond_text=case.beyond_text,
        advice=tuple(advice),
    )


KIND: Final = CheckKind(
    name="structure",
    summary="names and shapes of parameters; imports that the assignment bans",
    properties={
        **PROPERTIES,
        "parameters": {
            "description": "Compare names and shapes of the network's parameters with the "
            "reference's.",
            "type": "boolean",
        },
        "bans": {
            "description": "Libraries that the hand-in must not import.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
        },
    },
    required=(),
    parse=parse,
    run=run,
)
