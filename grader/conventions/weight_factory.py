"""Functions that make a weight of a given shape: `w = f(shape)`, a tensor that can be trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, malformed
from grader.plain_text import clean_text
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "weight_shape": {
        "description": "The shape that is asked for.",
        "type": "array",
        "items": {"type": "integer", "minimum": 1},
        "minItems": 1,
    },
    "trainable": {
        "description": "Ask whether the tensor is a leaf that requires gradients, of the global "
        "dtype, in place of its values.",
        "type": "boolean",
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls the function with every call's shape; the output is called `weight`."""
    answers = []
    for call in calls:
        program = Program()
        function = program.resolve(subject.path)
        shape = list(call.options.get("weight_shape", ()))
        made = program.call(program.driver("torch_weights.make"), (function, shape))
        exported = program.export(made)
        replies = session.run(program)
        fault = first_fault(replies, made)
        answers.append(fault or _read(subject, call, replies.value(exported)))
    return answers


def _read(subject: Subject, call: Call, found: Any) -> Answer:
    if not isinstance(found, dict):
        return malformed()
    if not found.get("tensor"):
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} did not return a PyTorch tensor; expected one that can be trained.",
            "Return the tensor, without a conversion to NumPy.",
        )
    if not call.options.get("trainable"):
        return Computed({"weight": found.get("weight")})
    if not found.get("tracked"):
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} returned a tensor that requires no gradient, so training cannot "
            "change it.",
            "Set `w.requires_grad = True` before you return it.",
        )
    if not found.get("leaf"):
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} returned the result of a computation, not a leaf: its `grad` stays "
            "None in training.",
            "Scale the random numbers first, and set requires_grad on the scaled tensor.",
        )
    if found.get("dtype") != found.get("wanted"):
        dtype, wanted = (clean_text(str(found.get(key)), 40) for key in ("dtype", "wanted"))
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} returned a tensor of type {dtype}; expected the global dtype, which "
            f"is {wanted}.",
            "Pass `dtype=dtype` where the tensor is made.",
        )
    return Computed({"trainable": 1.0})


WEIGHT_FACTORY: Final = Convention(
    name="weight_factory",
    summary="w = f(shape), a tensor that can be trained",
    properties=PROPERTIES,
    forward=forward,
    library="torch",
)
