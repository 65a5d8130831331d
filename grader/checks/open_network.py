"""Kind `open_network`: can a PyTorch network of the student's own design be trained and used?

For questions that ask to change a network until it does well. No number is compared with the
reference's, only what any design has in common; `ASKS` says what that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.checks.cases import PROPERTIES, Case, Cases, calls, parse_cases, reference_fault
from grader.checks.judging import as_array, describe_value
from grader.checks.kind import CheckKind
from grader.checks.parameter_count import total
from grader.checks.question import Question
from grader.checks.verdict import Finding, fault_finding, result
from grader.closeness import Array
from grader.conventions.construction import construct
from grader.conventions.convention import Call, Subject
from grader.conventions.reading import first_fault, malformed
from grader.conventions.torch_precision import in_precision
from grader.plain_text import quote_some
from grader.records import CheckResult, Outcome
from grader.worker.program import Fault, Program
from grader.worker.session import Session

DTYPE: Final = "float32"  # networks insist on it more often than on double precision
SAME: Final = 1e-4  # relative; single precision, summed in another order
BENT: Final = 1e-3  # relative; what activations do is far more than rounding
TIED_AT_LEAST: Final = 3  # rows in which the least of the scores is met twice
ASKS: Final = {
    "training": "in training mode, outputs are finite and gradients reach every parameter",
    "weights": "there are at least as many parameters as the reference has weights",
    "activations": "the network is not a linear function of its inputs",
    "evaluation": "in evaluation mode, batches of any size do, and no output depends on chance or "
    "on the rest of the batch",
    "scores": "nothing cuts off the outputs of the last layer below, as a ReLU or an ELU does",
}
UNFINISHED: Final = "Fill in the part that is marked for your code, and return the output."
WIDTH: Final = "The last layer has as many outputs as there are classes, for each row of a batch."
SWITCH: Final = (
    "Use layers that model.eval() switches, such as nn.Dropout; torch.nn.functional.dropout needs "
    "training=self.training."
)


@dataclass(frozen=True, slots=True)
class OpenNetworkParams:
    """Parameters of a check.

    Attributes:
        common: convention and cases.
        asks: which of `ASKS` are looked at.
    """

    common: Cases
    asks: frozenset[str]


def parse(data: Mapping[str, Any]) -> OpenNetworkParams:
    """Reads the parameters of a check.

    Raises:
        ValueError: see `parse_cases`; or another convention.
    """
    common = parse_cases(data)
    if common.convention.name != "torch_module":
        raise ValueError(
            f"A check of this kind is put to a network of PyTorch, not by the convention "
            f"{common.convention.name}. Write convention: torch_module."
        )
    return OpenNetworkParams(common, frozenset(data.get("asks", ASKS)))


def run(question: Question) -> CheckResult:
    """Runs the network in every case.

    Raises:
        ReferenceFault: the reference itself failed.
    """
    params: OpenNetworkParams = question.params
    # The reference is not asked for parameters: they stay as constructed.
    common = replace(params.common, convention=replace(params.common.convention, complete=None))
    findings = []
    for index, case, call in calls(question, common, Subject(question.subject)):
        expected = _conduct(question, question.reference, call, index)
        if isinstance(expected, Fault):
            raise reference_fault(question, expected)
        answer = _conduct(question, question.student, call, index)
        findings.append(_finding(question, case, call, answer, expected))
    return result(question, findings)


def _conduct(
    question: Question, session: Session, call: Call, index: int
) -> Mapping[str, Any] | Fault:
    (x,) = (in_precision(value, DTYPE) for value in call.inputs.values())
    rng = question.rng(index, 1)
    sizes = (1, len(x) + 1)
    others = [rng.normal(size=(size, *x.shape[1:])).astype(DTYPE) for size in sizes]
    program = Program()
    constructor = program.resolve(question.subject)
    program.call(program.driver("torch_tensors.precision"), (DTYPE,))
    program.seed(int(rng.integers(1 << 31)))
    network = construct(program, constructor, call, {})
    network = program.call(program.driver("torch_modules.materialize"), (network, [x]))
    counted = program.call(program.driver("torch_modules.shapes"), (network, []))
    asks = sorted(question.params.asks)
    found = program.call(program.driver("torch_conduct.conduct"), (network, x, others, asks))
    exported = program.export(found), program.export(counted)
    replies = session.run(program)
    fault = first_fault(replies, network, counted, found)
    if fault is not None:
        return fault
    value, counts = (replies.value(each) for each in exported)
    if not isinstance(value, dict) or not isinstance(counts, dict):
        return malformed()
    return {**value, "counts": counts}


def _finding(
    question: Question,
    case: Case,
    call: Call,
    answer: Mapping[str, Any] | Fault,
    expected: Mapping[str, Any],
) -> Finding:
    name = case.name if len(question.params.common.cases) > 1 else ""
    if isinstance(answer, Fault):
        return fault_finding(question.subject, answer, name, case.beyond_text)
    problem = next(_problems(question, answer, expected), None)
    message, hint = problem or ("", "")
    return Finding(
        case=name,
        outcome=Outcome.FAILED if problem else Outcome.PASSED,
        credit=0.0 if problem else 1.0,
        message=message,
        hint=hint,
        beyond_text=case.beyond_text,
    )


def _problems(
    question: Question, answer: Mapping[str, Any], expected: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Says what is wrong, and what to do; what explains most comes first."""
    subject, asks = question.subject, question.params.asks
    yield from _shapes(subject, answer, expected, asks)
    # What follows reads outputs, which are of the right shape here.
    outputs = {name: _numbers(answer.get(name)) for name in expected}
    if any(each is not None and not np.isfinite(each).all() for each in outputs.values()):
        yield (
            f"{subject} gives outputs that are not finite numbers, on inputs of common size.",
            "Look for a logarithm of 0, a division by 0 and an exponential of large numbers.",
        )
    if "weights" in asks:
        yield from _weights(subject, answer, expected)
    if "training" in asks:
        kept = {**answer, "unreached": []} if _only_leftovers(answer, expected) else answer
        yield from training_problems(subject, kept)
    if "evaluation" in asks:
        yield from evaluation_problems(subject, outputs)
    if "scores" in asks and are_cut_off(outputs["far"]):
        yield (
            f"The outputs of {subject} pass an activation: whatever the inputs are, the scores of "
            "several classes at once are the same least number.",
            "Put activations behind hidden layers only: the last linear layer is followed by none "
            "but a softmax.",
        )
    if "activations" in asks and is_affine(outputs):
        yield (
            f"{subject} is a linear function of its inputs although it has hidden layers.",
            "Put an activation, such as nn.ELU, after each hidden layer.",
        )


def _weights(
    subject: str, answer: Mapping[str, Any], expected: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    wanted, parameters = _wanted(expected), answer.get("parameters")
    if type(parameters) is not int or parameters < wanted:
        yield (
            f"{subject} has {parameters} parameters; the weights of its linear layers alone are "
            f"{wanted} where the hidden layers have the sizes that are asked for.",
            "Make one layer of that size for each entry of n_hidden, and keep them in "
            "nn.Sequential or nn.ModuleList: layers in a plain list are not found.",
        )


def _wanted(expected: Mapping[str, Any]) -> int:
    counts = expected["counts"]
    return total({name: n for name, n in counts.items() if name.startswith("weight ")})


def _only_leftovers(answer: Mapping[str, Any], expected: Mapping[str, Any]) -> bool:
    """Tells whether what no gradient reaches takes no part, and enough parameters do."""
    parameters, idle = answer.get("parameters"), answer.get("idle")
    if type(parameters) is not int or type(idle) is not int or idle <= 0:
        return False
    return parameters - idle >= _wanted(expected)


def training_problems(subject: str, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Says what keeps a network from being trained, and what to do."""
    unreached = answer.get("unreached")
    if not isinstance(unreached, list) or unreached:
        named = unreached if isinstance(unreached, list) else []
        names = quote_some([str(each) for each in named]) if named else "the parameters"
        yield (
            f"No gradient reaches {names} of {subject}.",
            "Use every layer in forward, and look for detach(), .data, torch.no_grad() or a "
            "conversion to NumPy between it and the output.",
        )
    unregistered = answer.get("unregistered")
    if type(unregistered) is int and unregistered > 0:
        yield (
            f"{subject} computes with {unregistered} tensors that could learn, but that "
            "parameters() does not give, so no optimizer changes them.",
            "Keep layers in attributes, nn.Sequential or nn.ModuleList; layers in a plain list are "
            "not found.",
        )


def _shapes(
    subject: str,
    answer: Mapping[str, Any],
    expected: Mapping[str, Any],
    asks: frozenset[str],
) -> Iterator[tuple[str, str]]:
    pairs = [(expected["train"], answer.get("train"))]
    if "evaluation" in asks:
        others = answer.get("others")
        pairs += zip(expected["others"], others if isinstance(others, list) else (), strict=False)
    for right, value in pairs:
        array, wanted = _numbers(value), np.shape(right)
        if array is None or array.shape != wanted:
            said = describe_value(value) if array is None else f"an output of shape {array.shape}"
            yield (
                f"{subject} gave {said} for a batch of {wanted[0]}; expected shape {wanted}, one "
                "number for each class.",
                UNFINISHED if value is None else WIDTH,
            )


def _numbers(value: Any) -> Array | None:
    array = as_array(value)
    return array if array is not None and array.dtype.kind in "fiu" else None


def evaluation_problems(
    subject: str, outputs: Mapping[str, Array | None]
) -> Iterator[tuple[str, str]]:
    """Says what evaluation mode leaves to chance or to the batch, and what to do."""
    first, again, alone = (outputs[name] for name in ("eval", "again", "alone"))
    if not _close(first, again):
        yield (f"In evaluation mode {subject} gives other outputs each time.", SWITCH)
    elif not _close(None if first is None else first[:1], alone):
        yield (
            f"In evaluation mode the output of {subject} for one input depends on the others in "
            "its batch.",
            "Statistics and softmax belong to a row, axis 1; batch normalization needs its "
            "running averages in evaluation mode.",
        )


def is_affine(outputs: Mapping[str, Array | None]) -> bool:
    """Tells whether the outputs of x, -x, 2x and 0 are those of a linear function."""
    at, turned, doubled, zero = (outputs[name] for name in ("eval", "turned", "doubled", "zero"))
    if at is None or turned is None or doubled is None or zero is None:
        return False
    if not at.shape == turned.shape == doubled.shape == zero.shape:
        return False
    if not any(np.any(each) for each in (at, turned, doubled, zero)):
        return False  # all zeros, as behind a ReLU, say nothing of the layers before it
    scale = float(np.max(np.abs(at - zero))) + 1e-12
    bends = (at + turned - 2 * zero, doubled - 2 * at + zero)
    return all(float(np.max(np.abs(each))) <= BENT * scale for each in bends)


def are_cut_off(far: Array | None) -> bool:
    """Tells whether a ReLU or an ELU stands behind the last layer, or before a softmax there.

    Then classes with negative scores share the row's least number to the last bit. No others do:
    where a softmax underflows or is clipped, that number is the same in all rows; what is cut off
    above as well, such as a sigmoid, is no such activation.

    Args:
        far: outputs (N, K) of inputs far from zero.
    """
    if far is None or far.ndim != 2 or not np.isfinite(far).all():
        return False
    least, most = far.min(axis=1, keepdims=True), far.max(axis=1, keepdims=True)
    tied = (far == least).sum(axis=1) > 1
    several = tied & ((far == most).sum(axis=1) == 1)
    if several.sum() < TIED_AT_LEAST:
        return False
    floors = least[several, 0]
    shares = far if (far >= 0).all() else np.exp(np.minimum(far, 0.0))
    if np.allclose(shares.sum(axis=1), 1.0, atol=1e-3):
        normal = floors[(far < 0).any() | (floors > np.finfo(DTYPE).tiny)]
        return len(np.unique(normal)) >= TIED_AT_LEAST
    bounded = far.max() <= 1 or int((far == far.max()).sum()) >= TIED_AT_LEAST
    return not bounded


def _close(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None or one.shape != other.shape:
        return False
    return float(np.max(np.abs(one - other))) <= SAME * (1e-3 + float(np.max(np.abs(one))))


KIND: Final = CheckKind(
    name="open_network",
    summary="a PyTorch network of free design can be trained and evaluated",
    properties={
        **PROPERTIES,
        "asks": {
            "description": "What is looked at; all unless given. "
            + "; ".join(f"{name}: {what}" for name, what in ASKS.items())
            + ".",
            "type": "array",
            "items": {"enum": list(ASKS)},
            "minItems": 1,
        },
    },
    required=(),
    parse=parse,
    run=run,
)
