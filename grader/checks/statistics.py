"""Kind `statistics`: random numbers follow the law that the assignment states.

Masks and draws are nobody's business, so nothing is compared with the reference's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from grader.checks import dropout_laws, parameter_laws
from grader.checks.cases import PROPERTIES, Case, calls, parse_cases
from grader.checks.kind import CheckKind
from grader.checks.law_asked import Asked, StatisticsParams
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.conventions.convention import Subject
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault


def parse(data: Mapping[str, Any]) -> StatisticsParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or a law lacks what it needs.
    """
    law, std = data["law"], data.get("std", {})
    if law == "normal" and not std:
        raise ValueError("The law normal needs std: the expected deviation of each parameter.")
    bound = data.get("bound", {})
    if law == "uniform" and not bound:
        raise ValueError("The law uniform needs bound: the largest magnitude of each parameter.")
    if law == "dropout_gradient" and not data.get("forward"):
        raise ValueError(
            "The law dropout_gradient needs forward: the path of the forward function."
        )
    draws = data.get("inputs", {})
    if law.startswith("dropout") and not {"x", "dropout_param"} <= set(draws):
        raise ValueError(f"The law {law} needs the inputs x and dropout_param.")
    if law == "varies_with_seed" and "construct" not in data.get("options", {}):
        raise ValueError("The law varies_with_seed needs construct in its options.")
    deviations = {name: float(value) for name, value in std.items()}
    bounds = {name: float(value) for name, value in bound.items()}
    return StatisticsParams(parse_cases(data), law, data.get("forward", ""), deviations, bounds)


def run(question: Question) -> CheckResult:
    """Asks every case and tests the law."""
    params: StatisticsParams = question.params
    subject = Subject(question.subject, params.forward)
    findings = []
    for index, case, call in calls(question, params.common, subject):
        said = _LAWS[params.law](Asked(question, subject, call, index))
        name = case.name if len(params.common.cases) > 1 else ""
        findings.append(_finding(question, said, case, name))
    return result(question, findings)


def _finding(question: Question, said: str | Fault, case: Case, name: str) -> Finding:
    if isinstance(said, Fault):
        return fault_finding(question.subject, said, name, case.beyond_text)
    return Finding(
        case=name,
        outcome=Outcome.FAILED if said else Outcome.PASSED,
        credit=0.0 if said else 1.0,
        message=f"{question.subject}: {said}" if said else "",
        beyond_text=case.beyond_text,
    )


_LAWS: Final[Mapping[str, Callable[[Asked], str | Fault]]] = MappingProxyType(
    {
        "normal": parameter_laws.normal,
        "uniform": parameter_laws.uniform,
        "dropout": dropout_laws.mask,
        "dropout_gradient": dropout_laws.gradient,
        "varies_with_seed": dropout_laws.varies_with_seed,
    }
)

KIND: Final = CheckKind(
    name="statistics",
    summary="random numbers follow the stated law; false alarms at most one in a million",
    properties={
        **PROPERTIES,
        "law": {
            "description": "normal: parameters are N(0, std^2); uniform: they are U(-bound, "
            "bound); dropout: the mask of inverted "
            "dropout; dropout_gradient: backward uses forward's mask; varies_with_seed: a "
            "network's training loss depends on the seed of its dropout.",
            "enum": list(_LAWS),
        },
        "forward": {
            "description": "Dotted path of the forward function, for laws about a backward.",
            "type": "string",
            "minLength": 1,
        },
        "bound": {
            "description": "Largest magnitude by the name of the parameter.",
            "type": "object",
            "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
            "minProperties": 1,
        },
        "std": {
            "description": "Expected standard deviation by the name of the parameter.",
            "type": "object",
            "additionalProperties": {"type": "number", "exclusiveMinimum": 0},
            "minProperties": 1,
        },
    },
    required=("law",),
    parse=parse,
    run=run,
)
