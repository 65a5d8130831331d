"""Kind `statistics`: random numbers follow the law that the assignment states.

Masks and draws are nobody's business, so nothing is compared with the reference's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from grader.checks.cases import (
    PROPERTIES,
    Case,
    Cases,
    calls,
    parse_cases,
    reference_fault,
)
from grader.checks.judging import as_array, describe_value
from grader.checks.kind import CheckKind
from grader.checks.laws import (
    LEAST_COUNT,
    LEAST_OF_UNIFORM,
    commonest,
    dropout_fault,
    mask_of,
    never_fault,
    normal_fault,
    same_law_fault,
    uniform_fault,
)
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.closeness import Array
from grader.conventions.convention import Answer, Call, Computed, Subject
from grader.conventions.parameter_groups import is_group, unmatched_fault
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault, FaultKind

SEEDS: Final = 24  # networks whose losses are compared with as many of the reference
# Networks of which one has to have the reference's commonest loss: of chance 1/4, it is missed by
# one hand-in in 10^6.
SEEDS_OF_FEW: Final = 48
KEPT_IN_PARAMS: Final = ("module_with_dicts", "network_with_loss")  # conventions of such a dict


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
        said = _LAWS[params.law](_Asked(question, subject, call, index))
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """One case of a law: what is asked, and the student's session to ask."""

    question: Question
    subject: Subject
    call: Call
    index: int

    def forward(self, path: str, *calls: Call) -> list[Answer]:
        convention = self.question.params.common.convention
        answers: list[Answer] = convention.forward(self.question.student, Subject(path), calls)
        return answers

    def output(self, answer: Answer, name: str, shape: tuple[int, ...]) -> Array | Fault:
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


def _normal(asked: _Asked) -> str | Fault:
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
    return _with_options(call, among=groups) if groups else call


def _any_is_there(answer: Computed, names: Collection[str]) -> bool:
    return any(_known_as(answer, name) in answer.outputs for name in names)


def _known_as(answer: Computed, name: str) -> str:
    """Names parameters as the student has them: matrices may be transposed, `weight 3x5`."""
    role, _, sizes = name.partition(" ")
    swapped = f"{role} {'x'.join(reversed(sizes.split('x')))}"
    transposed = sizes.count("x") == 1 and name not in answer.outputs
    return swapped if transposed and swapped in answer.outputs else name


def _uniform(asked: _Asked) -> str | Fault:
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


def _dropout(asked: _Asked) -> str | Fault:
    """Train mode: the law of the mask; the seed decides it; without a seed it is drawn anew."""
    x = asked.call.inputs["x"]
    parameters = asked.call.inputs["dropout_param"]
    seeds = (7, 7, 8)
    probes = [_with(asked.call, dropout_param={**parameters, "seed": seed}) for seed in seeds]
    answers = asked.forward(asked.subject.path, asked.call, asked.call, *probes)
    outs = []
    for answer in answers:
        out = asked.output(answer, "out", x.shape)
        if isinstance(out, Fault):
            return out
        outs.append(out)
    fault = dropout_fault(outs[0], x, float(parameters["p"]))
    if fault:
        return fault
    if np.array_equal(outs[0], outs[1]):
        return "two calls without a seed dropped the same elements; expected a new mask each time."
    if not np.array_equal(outs[2], outs[3]):
        return "two calls with the same seed in dropout_param dropped different elements."
    if np.array_equal(outs[2], outs[4]):
        return "seeds 7 and 8 in dropout_param dropped the same elements."
    return ""


def _dropout_gradient(asked: _Asked) -> str | Fault:
    """Backward multiplies by the mask that forward used, which its output over x shows."""
    return _follows_mask(asked, "train") or _follows_mask(asked, "test")


def _follows_mask(asked: _Asked, mode: str) -> str | Fault:
    x = asked.call.inputs["x"]
    dout = asked.question.rng(asked.index, 1).normal(size=x.shape)
    parameters = {**asked.call.inputs["dropout_param"], "mode": mode}
    inputs = {**asked.call.inputs, "dropout_param": parameters}
    call = Call(inputs, upstream=dout, wrt=("x",), options=asked.call.options)
    convention = asked.question.params.common.convention
    assert convention.backward is not None  # noqa: S101  # checked by parse
    (answer,) = convention.backward(asked.question.student, asked.subject, [call])
    if mode == "test" and isinstance(answer, Fault) and answer.about == asked.subject.forward:
        return ""  # a forward that has no test mode yet is charged for it where that is asked
    out = asked.output(answer, "out", x.shape)
    if isinstance(out, Fault) and (mode == "train" or isinstance(answer, Fault)):
        return out
    # The share and the factor of what is kept are forward's affair; that there is a mask is ours.
    mask = np.ones(x.shape) if isinstance(out, Fault) else mask_of(out, x)
    if mode == "test":
        # A forward that drops at test time too is charged for it; both gradients fit something.
        fitting = [np.ones_like(mask)] + [mask] * bool(np.isfinite(mask).all())
    elif np.isfinite(mask).all() and mask.any() and not mask.all():
        fitting = [mask]
    else:
        return Fault(
            FaultKind.MALFORMED,
            f"{asked.subject.path} cannot be judged yet: in train mode {asked.subject.forward} "
            "did not keep some elements and set the others to zero.",
            "Mend the forward pass first.",
        )
    assert isinstance(answer, Computed)  # noqa: S101  # output() has returned its fault
    value = answer.gradients.get("x")
    dx = as_array(value)
    if dx is None or dx.dtype.kind not in "fiu" or dx.shape != x.shape:
        return (
            f"in {mode} mode dx is {describe_value(value)}; expected an array of shape {x.shape}."
        )
    off = [
        ~(np.abs(dx - wanted) <= 1e-6 * np.max(np.abs(wanted)))
        for wanted in (dout * each for each in fitting)
    ]
    if not all(each.any() for each in off):
        return ""
    if mode == "test":
        return "in test mode dx is not dout; dropout does nothing there."
    return (
        f"in train mode dx is not dout times the mask that forward used: {int(off[0].sum())} of "
        f"{off[0].size} elements differ."
    )


def _varies_with_seed(asked: _Asked) -> str | Fault:
    """A network with dropout gives the same loss for the same seed, and other seeds' by its law.

    With few units and a high probability of keeping, most losses are the same one; then that one
    has to be among the student's, whose law is too coarse for other tests. A network that is wrong
    without dropout, too, is charged for that elsewhere; so is one with normalization.
    """
    fault = _seed_fault(asked)
    normalized = "normalization" in asked.call.options["construct"]
    return "" if fault and normalized and not _is_right_without_dropout(asked) else fault


def _seed_fault(asked: _Asked) -> str | Fault:
    question, construct = asked.question, asked.call.options["construct"]
    seeds = question.rng(asked.index, 1).integers(1 << 31, size=SEEDS_OF_FEW).tolist()
    probes = [
        _with_options(asked.call, construct={**construct, "seed": seed})
        for seed in (seeds[0], *seeds)
    ]
    convention = question.params.common.convention
    expected = []
    for answer in convention.forward(question.reference, asked.subject, probes[1 : SEEDS + 1]):
        if isinstance(answer, Fault):
            raise reference_fault(question, answer)
        expected.append(float(answer.outputs["loss"]))
    common = commonest(np.array(expected))
    losses = []
    asks = probes if common is not None else probes[: SEEDS + 1]
    for answer in asked.forward(asked.subject.path, *asks):
        loss = asked.output(answer, "loss", ())
        if isinstance(loss, Fault):
            return loss
        losses.append(float(loss))
    again, *drawn = losses
    if not np.array_equal(again, drawn[0], equal_nan=True):
        return "two networks with the same seed gave different training losses."
    if common is not None:
        fault = never_fault("the training loss", np.array(drawn), common)
        return fault if fault and _is_right_without_dropout(asked) else ""
    if len(set(drawn)) == 1:
        return "the training loss is the same for all seeds, so dropout is not applied."
    return same_law_fault("the training loss", np.array(drawn), np.array(expected))


def _is_right_without_dropout(asked: _Asked) -> bool:
    off = {**asked.call.options["construct"], "dropout": 1}
    convention = asked.question.params.common.convention
    plain = _with_options(asked.call, construct=off)
    (own,) = asked.forward(asked.subject.path, plain)
    (right,) = convention.forward(asked.question.reference, asked.subject, [plain])
    if isinstance(right, Fault):
        raise reference_fault(asked.question, right)
    loss = asked.output(own, "loss", ())
    return not isinstance(loss, Fault) and bool(np.isclose(loss, right.outputs["loss"], rtol=1e-6))


def _with(call: Call, **inputs: Any) -> Call:
    return Call({**call.inputs, **inputs}, call.upstream, call.wrt, call.options)


def _with_options(call: Call, **options: Any) -> Call:
    return Call(call.inputs, call.upstream, call.wrt, {**call.options, **options})


_LAWS: Final[Mapping[str, Callable[[_Asked], str | Fault]]] = MappingProxyType(
    {
        "normal": _normal,
        "uniform": _uniform,
        "dropout": _dropout,
        "dropout_gradient": _dropout_gradient,
        "varies_with_seed": _varies_with_seed,
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
