"""Networks as classes: `cache = nn.forward(x)`; `grads = nn.backward(cache, labels)`; `nn.update`.

The style of the Mila assignment, whose text fixes the names of the methods and little more. What is
left to the student is brought to one form inside the worker, see `drivers.network_questions`:
weights (in, out) and biases (out,); pre-activations Z1, Z2, … and activations A1, A2, … of one row
for each example; the loss and the gradients of the weights averaged over the batch; the gradients
dZ and dA of Z and A for each example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

DIMS: Final = (784, 128, 64, 10)  # of the assignment's text
BIAS_STD: Final = 0.3  # of drawn biases: enough for a forgotten one to show
RATE: Final = 0.05  # differs from every usual default
RANGE_MARGIN: Final = 1.02  # a weight beyond the first layer's range by so much has its own range
QUESTIONS: Final = (
    *("weights", "activation", "forward", "loss", "objective", "gradients", "update"),
)

PROPERTIES: Mapping[str, Any] = {
    "question": {
        "description": "What is asked of the network: weights as initialized, activation, forward, "
        "loss, gradients (as outputs), or update. Gradient checks need none.",
        "enum": list(QUESTIONS),
    },
    "function": {
        "description": "Name of the activation that is asked for, or of the selector.",
        "enum": ["relu", "tanh", "sigmoid", "softmax", "activation"],
    },
    "activation": {
        "description": "Name of the activation that the network uses, or that its selector is to "
        "choose; relu unless given.",
        "enum": ["relu", "tanh", "sigmoid"],
    },
    "derivative": {
        "description": "Ask for the derivative of an activation.",
        "type": "boolean",
    },
}


def complete(session: Session, subject: Subject, call: Call, rng: Any) -> Mapping[str, Any]:
    """Adds drawn weights and biases, and for an update a gradient of each."""
    question = call.options.get("question", "objective")
    if question in ("weights", "activation", "loss"):
        return call.inputs
    drawn: dict[str, Any] = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(DIMS), start=1):
        drawn[f"W{layer}"] = rng.normal(0.0, fan_in**-0.5, (fan_in, fan_out))
        drawn[f"b{layer}"] = rng.normal(0.0, BIAS_STD, fan_out)
    steps = {"d" + name: rng.normal(size=value.shape) for name, value in drawn.items()}
    return {**call.inputs, **drawn, **(steps if question == "update" else {})}


def _judged(call: Call, default: str) -> str:
    """Names what must not lie ready in the hand-in's process; empty for nothing."""
    question = call.options.get("question", default)
    if question == "activation":
        function = str(call.options["function"])
        return "forward" if function == "activation" else function
    return "forward" if question == "forward" else ""


def _ask(session: Session, subject: Subject, calls: Sequence[Call], default: str) -> list[Any]:
    """Asks one question on every call; returns what the driver gave, or a fault."""
    program = Program()
    # First: the hand-in's modules are run when the class is resolved.
    for judged in sorted({_judged(call, default) for call in calls} - {""}):
        program.call(program.driver("network_questions.withhold"), (judged,))
    owner, driver = program.resolve(subject.path), program.driver("network_questions.ask")
    slots = []
    for call in calls:
        question = call.options.get("question", default)
        settings: dict[str, Any] = {"dims": list(DIMS), "lr": RATE}
        settings |= {key: value for key, value in call.options.items() if key != "question"}
        result = program.call(driver, (owner, question, settings, dict(call.inputs)))
        slots.append(program.export(result))
    replies = session.run(program)
    return [_read(subject, replies.value(slot)) for slot in slots]


def _read(subject: Subject, value: Any) -> Any:
    if isinstance(value, Fault):
        return value
    if not isinstance(value, dict):
        return Fault(FaultKind.MALFORMED, "The hand-in's process sent no dictionary of values.")
    if isinstance(value.get("lacks"), str):
        name = value["lacks"][:40] if value["lacks"].isidentifier() else "that is asked for"
        return Fault(
            FaultKind.MISSING,
            f"{subject.path} has no method `{name}`.",
            "Keep the names of the methods as the assignment has them.",
        )
    return {str(name): each for name, each in value.items()}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Asks every call's question of a new network; without one, the loss of its own forward."""
    return [
        value if isinstance(value, Fault) else _computed(call, value)
        for call, value in zip(calls, _ask(session, subject, calls, "objective"), strict=True)
    ]


def _computed(call: Call, value: dict[str, Any]) -> Computed:
    question = call.options.get("question", "objective")
    changed = value.pop("changed", False) is True
    if question == "weights":
        value = {name: _in_range(name, each) for name, each in value.items()}
        value["W2 and W3"] = _joined(value.get("W2"), value.get("W3"))
    if question == "gradients":
        value = {name: each for name, each in value.items() if name[:2] in ("dA", "dZ")}
    handed = "x" if question == "activation" else "prediction"
    return Computed(value, mutated=(handed,) if changed else ())


def _in_range(name: str, value: Any) -> Any:
    """Scales weights drawn by the fan-in of their own layer to the range of the first layer.

    The text writes one range with h0. A student may read it as the fan-in of each layer, as the
    starters of other years have it.
    """
    if name[:1] != "W" or not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    first, own = DIMS[0] ** -0.5, max(1.0, float(np.prod(value.shape[:-1]))) ** -0.5
    if value.size and np.max(np.abs(value)) > RANGE_MARGIN * first:
        return value * (first / own)
    return value


def _joined(*values: Any) -> Any:
    """Puts the weights of two layers into one array: the last has few numbers to tell a law by."""
    if all(isinstance(each, np.ndarray) and each.dtype.kind == "f" for each in values):
        return np.concatenate([each.ravel() for each in values])
    return None


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs forward and backward on every call; gradients are those of weights and biases."""
    answers: list[Answer] = []
    for call, value in zip(calls, _ask(session, subject, calls, "gradients"), strict=True):
        if isinstance(value, Fault):
            answers.append(value)
            continue
        names = call.wrt or [name for name in call.inputs if name[0] in "Wb"]
        gradients = {name: value.get(name) for name in names}
        answers.append(Computed({"loss": value.get("loss")}, gradients))
    return answers


NETWORK_WITH_CACHES = Convention(
    name="network_with_caches",
    summary="cache = nn.forward(x); grads = nn.backward(cache, labels); nn.update(grads)",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
    complete=complete,
    scalar=True,
    differentiated="the forward pass",  # `loss` is not asked: it is judged by itself
)
