"""Kind `structure`: what there is, before any number is looked at.

Names, shapes and number of a network's parameters, loops over samples, and what an assignment bans.
What the sources import and use was found by parsing them, not by running them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from grader.checks import bans, parameter_count, stacking, vectorised
from grader.checks.cases import (
    PROPERTIES,
    Case,
    Cases,
    calls,
    parse_cases,
    readings,
    reference_fault,
)
from grader.checks.judging import as_array, describe_value, same_vector
from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.conventions.convention import Call, Subject
from grader.plain_text import quote_some
from grader.records import EMPTY, CheckResult, Outcome
from grader.worker.program import Fault


@dataclass(frozen=True, slots=True)
class StructureParams:
    """Parameters of a structure check.

    Attributes:
        common: convention and cases.
        parameters: compare names and shapes of the network's parameters with the reference's.
        bans: what the sources must not use.
        vectorised: whether the subject loops over samples.
        parameter_count: count the parameters of a PyTorch module against the reference's.
        stacked: whether a Sequential has to hold the network's layers.
        as_long_as: vectors that alone are compared, each with another of the student's own: what
            wrong widths cost is charged where the widths themselves are asked for.
    """

    common: Cases
    parameters: bool
    bans: bans.Bans | None
    vectorised: vectorised.Vectorised | None
    parameter_count: bool = False
    stacked: bool = False
    as_long_as: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    @property
    def forward(self) -> str:
        """Path of the forward function of a backward function; empty elsewhere."""
        return self.vectorised.forward if self.vectorised else ""


def parse(data: Mapping[str, Any]) -> StructureParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or nothing is asked.
    """
    parameters, banned = bool(data.get("parameters", False)), bans.parse(data)
    counts = bool(data.get("parameter_count", False))
    others = ("vectorised", "stacked")
    if not (parameters or banned or counts or any(data.get(name, False) for name in others)):
        raise ValueError("Nothing is asked. Add parameters: true, or a list of bans.")
    common = parse_cases(data)
    if counts and common.convention.name != "torch_module":
        raise ValueError(
            f"parameter_count counts the parameters of a torch_module; this check's convention is "
            f"{common.convention.name}. Write convention: torch_module."
        )
    looped, stacked = vectorised.parse(data, common), stacking.parse(data, common)
    beside = dict(data.get("as_long_as", {}))
    if beside and not parameters:
        raise ValueError("as_long_as compares parameters. Add parameters: true.")
    return StructureParams(common, parameters, banned, looped, counts, stacked, beside)


def names_to_find(params: Any) -> tuple[str, ...] | None:
    """Says which names a check needs to find in the sources; `None` where it needs no survey."""
    banned = getattr(params, "bans", None)
    if isinstance(banned, bans.Bans) and banned.names:
        return banned.names
    return () if getattr(params, "vectorised", None) is not None else None


def run(question: Question) -> CheckResult:
    """Looks at the sources, then at the parameters of every case.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    params: StructureParams = question.params
    findings = [bans.finding(question, params.bans)] if params.bans else []
    if params.parameters:
        subject = Subject(question.subject)
        for _, case, call in calls(question, params.common, subject):
            findings.append(_parameters(question, subject, case, call))
    if params.parameter_count:
        subject = Subject(question.subject)
        for _, case, ways in readings(question, params.common, subject):
            convention = params.common.convention
            findings.append(parameter_count.finding(question, convention, subject, case, ways))
    if params.stacked:
        subject = Subject(question.subject)
        for _, case, call in calls(question, params.common, subject):
            findings.append(stacking.finding(question, subject, case, call))
    if params.vectorised is not None:
        findings.append(vectorised.finding(question, params.vectorised))
    return result(question, findings)


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
    in_list = "returns" in call.options  # what a function returns in a list has no keys
    for key, value in _asked(params, expected.outputs, answer.outputs).items():
        if key not in answer.outputs:
            problems.append(f"params has no {key!r}")
            continue
        shown = key if in_list else f"params[{key!r}]"
        array = as_array(answer.outputs[key])
        if array is None:
            problems.append(f"{shown} is {describe_value(answer.outputs[key])}")
        elif same_vector(array, np.asarray(value), loose=True):
            if array.shape != np.shape(value):
                advice.append(
                    f"{shown} has shape {array.shape} where {np.shape(value)} is "
                    "documented; accepted."
                )
        elif array.shape != np.shape(value):
            problems.append(f"{shown} has shape {array.shape}, not {np.shape(value)}")
    extra = [str(key) for key in answer.outputs if key not in expected.outputs]
    if extra:
        advice.append(f"{question.subject} has further parameters: {quote_some(extra)}.")
    said = "; ".join(problems[:3]) + (f"; and {len(problems) - 3} more" if problems[3:] else "")
    verdict = "returned a wrong list" if in_list else "has wrong parameters after construction"
    return Finding(
        case=name,
        outcome=Outcome.FAILED if problems else Outcome.PASSED,
        credit=0.0 if problems else 1.0,
        message=f"{question.subject} {verdict}: {said}." if said else "",
        hint="The docstring names every parameter and its shape." if problems else "",
        beyond_text=case.beyond_text,
        advice=tuple(advice),
    )


def _asked(
    params: StructureParams, expected: Mapping[str, Any], own: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Returns what has the shapes that are asked for, by parameter."""
    if not params.as_long_as:
        return expected
    asked = {key: value for key, value in expected.items() if key in params.as_long_as}
    for key in asked:
        beside = as_array(own.get(params.as_long_as[key]))
        if beside is not None and beside.size > 1:  # one number is no vector
            asked[key] = np.zeros(beside.size)
    return asked


KIND: Final = CheckKind(
    name="structure",
    summary="names and shapes of parameters; loops over samples; what the assignment bans",
    properties={
        **PROPERTIES,
        "parameters": {
            "description": "Compare names and shapes of the network's parameters with the "
            "reference's.",
            "type": "boolean",
        },
        "as_long_as": {
            "description": "With parameters: vectors that alone are compared, such as gamma1, each "
            "by name with another one, such as b1, that the student's own has to be as long as.",
            "type": "object",
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
        },
        "parameter_count": {
            "description": "Count the parameters of a PyTorch module, by role and shape, against "
            "the reference's.",
            "type": "boolean",
        },
        "stacked": stacking.PROPERTY,
        "vectorised": {
            "description": "The subject must not loop over samples: it is run on the smallest and "
            "on the largest case, and has to execute about as many Python instructions in both.",
            "type": "boolean",
        },
        "forward": {
            "description": "With vectorised: dotted path of the forward function that the subject "
            "belongs to.",
            "type": "string",
            "minLength": 1,
        },
        "wrt": {
            "description": "With vectorised: inputs by whose gradients backward is run as well; an "
            "empty list for all parameters of a network.",
            "type": "array",
            "items": {"type": "string"},
            "uniqueItems": True,
        },
        "bans": {
            "description": "Libraries that the hand-in must not import.",
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
        },
        "bans_names": bans.NAMES,
        "within": {
            "description": "Files that the bans hold for, as paths below the root; all unless "
            "given.",
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "minItems": 1,
        },
    },
    required=(),
    parse=parse,
    run=run,
)
