"""Laws of initial parameters: each follows the law that the assignment names for it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from grader.checks.judging import as_array, describe_value
from grader.checks.law_asked import Asked, StatisticsParams, with_options
from grader.checks.laws import LEAST_COUNT, LEAST_OF_UNIFORM, normal_fault, uniform_fault
from grader.conventions.convention import Call, Computed
from grader.conventions.parameter_groups import is_group, unmatched_fault
from grader.worker.program import Fault

KEPT_IN_PARAMS: Final = ("module_with_dicts", "network_with_loss")  # conventions of such a dict


def normal(asked: Asked) -> str | Fault:
    """Each parameter is drawn from N(0, std^2); empty where all are."""
    params: StatisticsParams = asked.question.params
    (answer,) = asked.forward(asked.subject.path, _about(asked.call, params.std))
    if isinstance(answer, Fault):
        return answer
    for name, std in params.std.items():
        known, shown = _known_as(answer, name), name
        if params.common.convention.name in KEPT_IN_PARAMS:
            shown = f"params[{name!r}]"
        if known not in answer.outputs:
            # Which sizes the layers have is judged by itself, and charged there.
            if is_group(name) and _any_is_there(answer, params.std):
                continue
            return f"params has no {name!r}."
        found = answer.outputs[known]
        value = as_array(found)
        if value is None or value.dtype.kind != "f" or value.size < LEAST_COUNT:
            said = describe_value(found)
            return f"{shown} is {said}; expected at least {LEAST_COUNT} random numbers."
        fault = normal_fault(shown, value, std)
        if fault:
            return fault
    return ""


def _about(call: Call, names: Collection[str]) -> Call:
    """Says which groups are asked for, where what the student made can be read as one of them."""
    groups = [name for name in names if is_group(name)]
    return with_options(call, among=groups) if groups else call


def _any_is_there(answer: Computed, names: Collection[str]) -> bool:
    return any(_known_as(answer, name) in answer.outputs for name in names)


def _known_as(answer: Computed, name: str) -> str:
    """Names parameters as the student has them: matrices may be transposed, `weight 3x5`."""
    role, _, sizes = name.partition(" ")
    swapped = f"{role} {'x'.join(reversed(sizes.split('x')))}"
    transposed = sizes.count("x") == 1 and name not in answer.outputs
    return swapped if transposed and swapped in answer.outputs else name


def uniform(asked: Asked) -> str | Fault:
    """Each parameter is drawn from U(-bound, bound); empty where all are."""
    params: StatisticsParams = asked.question.params
    (answer,) = asked.forward(asked.subject.path, _about(asked.call, params.bound))
    if isinstance(answer, Fault):
        return answer
    for name, bound in params.bound.items():
        known = _known_as(answer, name)
        if is_group(known) and known not in answer.outputs:
            lacking = unmatched_fault(asked.subject, {"missing": [known]})
            assert lacking is not None  # noqa: S101  # something is missing
            return lacking
        found = answer.outputs.get(known)
        value = as_array(found)
        if value is None or value.dtype.kind != "f" or value.size < LEAST_OF_UNIFORM:
            said = describe_value(found)
            return f"{name} is {said}; expected at least {LEAST_OF_UNIFORM} random numbers."
        fault = uniform_fault(name, value, bound)
        if fault:
            return fault
    return ""
