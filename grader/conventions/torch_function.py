"""Functions on tensors, and `torch.autograd.Function` classes, which are called by `apply`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, malformed, unchanged
from grader.conventions.torch_precision import at_either_precision, precision_of
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "lists": {
        "description": "Inputs that make up one list argument, by that argument's name; it stands "
        "where the first of them stands.",
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    },
    "in_between": {
        "description": "How many other calls, with inputs of the same shapes, come between forward "
        "and backward, as in a network with several such layers: what forward keeps belongs to one "
        "call.",
        "type": "integer",
        "minimum": 0,
    },
    "arrays": {
        "description": "Inputs that are handed over as arrays of NumPy; all others are tensors.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
    "dtype": {
        "description": "Precision of inputs and parameters; float64 unless given, and float32 "
        "for a hand-in that insists on it.",
        "enum": ["float64", "float32"],
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls the function on every call's tensors."""
    return [at_either_precision(_asked(session, subject, False), call) for call in calls]


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """The same, and takes the gradients by the inputs in `wrt`."""
    return [at_either_precision(_asked(session, subject, True), call) for call in calls]


def _asked(session: Session, subject: Subject, backwards: bool) -> Any:
    def ask(call: Call) -> Answer:
        program = Program()
        function = program.resolve(subject.path)
        program.call(program.driver("torch_tensors.precision"), (precision_of(call),))
        lists = {name: list(each) for name, each in call.options.get("lists", {}).items()}
        upstream, wrt = (call.upstream, list(call.wrt)) if backwards else (None, [])
        others = int(call.options.get("in_between", 0))
        plain = list(call.options.get("arrays", ()))
        result = program.call(
            program.driver("torch_functions.run"),
            (function, dict(call.inputs), lists, upstream, wrt, others, plain),
        )
        exported = program.export(result)
        replies = session.run(program)
        fault = first_fault(replies, result)
        if fault is not None:
            return fault
        value = replies.value(exported)
        if not isinstance(value, dict):
            return malformed()
        return _unreached(subject, call, value) or _computed(call, value)

    return ask


def _unreached(subject: Subject, call: Call, value: Mapping[str, Any]) -> Fault | None:
    unreached = value.get("unreached")
    names = [name for name in call.wrt if isinstance(unreached, list) and name in unreached]
    if not names:
        return None
    return Fault(
        FaultKind.MALFORMED,
        f"No gradient of what {subject.path} returned reaches {', '.join(names)}.",
        "Use each of them as it was given, and look for detach(), .data, item(), torch.no_grad(), "
        "a new nn.Parameter or a conversion to NumPy between it and the output.",
    )


def _computed(call: Call, value: Mapping[str, Any]) -> Computed:
    after = value.get("inputs")
    left = after if isinstance(after, dict) else {}
    mutated = tuple(
        name for name, each in left.items() if not unchanged(call.inputs.get(name), each)
    )
    gradients = value.get("gradients")
    by_name = gradients if isinstance(gradients, dict) else {}
    return Computed({"out": value.get("out")}, by_name, mutated)


TORCH_FUNCTION: Final = Convention(
    name="torch_function",
    summary="a function on tensors, or a torch.autograd.Function; gradients by autograd",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
    library="torch",
)
