"""Functions on TensorFlow's tensors, and functions that return a list of variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.initial_weights import SPREAD, spread
from grader.conventions.reading import first_fault, malformed
from grader.conventions.torch_function import PROPERTIES as OF_TORCH
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "lists": OF_TORCH["lists"],
    "returns": {
        "description": "Names of what the function returns in a list; unless given it returns one "
        "tensor, which is called out.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
    "variables": {
        "description": "With returns: every item has to be a tf.Variable, so that it can be "
        "trained.",
        "type": "boolean",
    },
    "spread": SPREAD,
    "draws_with": {
        "description": "Name of the hand-in's own function that draws a weight of a shape, which "
        "is judged by itself; one that is right stands in for it.",
        "type": "string",
        "minLength": 1,
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls the function on every call's tensors; they have the precision that was drawn."""
    return [_asked(session, subject, call, None, []) for call in calls]


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """The same, and takes the gradients by the inputs in `wrt`."""
    return [_asked(session, subject, call, call.upstream, list(call.wrt)) for call in calls]


def _asked(session: Session, subject: Subject, call: Call, upstream: Any, wrt: list[str]) -> Answer:
    program = Program()
    function = program.resolve(subject.path)
    if "draws_with" in call.options:
        replace = program.driver("tensorflow_functions.draw_with_ours")
        function = program.call(replace, (function, call.options["draws_with"]))
    lists = {name: list(each) for name, each in call.options.get("lists", {}).items()}
    result = program.call(
        program.driver("tensorflow_functions.run"),
        (function, dict(call.inputs), lists, upstream, wrt),
    )
    exported = program.export(result)
    replies = session.run(program)
    fault = first_fault(replies, result)
    if fault is not None:
        return fault
    value = replies.value(exported)
    if not isinstance(value, dict):
        return malformed()
    answer = _unreached(subject, value, wrt) or _named(subject, call, value)
    if isinstance(answer, Computed) and call.options.get("spread"):
        return spread(subject, answer.outputs)
    return answer


def _unreached(subject: Subject, value: Mapping[str, Any], wrt: list[str]) -> Fault | None:
    gradients = value.get("gradients")
    lacking = [name for name in wrt if isinstance(gradients, dict) and gradients.get(name) is None]
    if not lacking:
        return None
    return Fault(
        FaultKind.MALFORMED,
        f"No gradient of what {subject.path} returned reaches {', '.join(lacking)}.",
        "Compute with TensorFlow alone, and look for tf.stop_gradient, .numpy() or a conversion to "
        "NumPy on the way.",
    )


def _named(subject: Subject, call: Call, value: Mapping[str, Any]) -> Computed | Fault:
    """Gives what was returned its names."""
    out, variables, gradients = (value.get(key) for key in ("out", "variables", "gradients"))
    names = tuple(call.options.get("returns", ()))
    if not names:
        return Computed({"out": out}, gradients if isinstance(gradients, dict) else {})
    if not isinstance(out, (list, tuple)) or len(out) != len(names):
        found = f"{len(out)} of them" if isinstance(out, (list, tuple)) else "no list"
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} returned {found}; expected a list of {len(names)}: "
            f"{', '.join(names)}.",
            f"End the function with `return [{', '.join(names)}]`.",
        )
    if call.options.get("variables"):
        fault = _untrainable(subject, names, variables, value.get("trainable"))
        if fault is not None:
            return fault
    return Computed(dict(zip(names, out, strict=True)))


def _untrainable(
    subject: Subject, names: tuple[str, ...], variables: Any, trainable: Any
) -> Fault | None:
    """Says which of the values that were returned no training can change."""
    fixed = _lacking(names, variables)
    if fixed:
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} returned {', '.join(fixed)} as tensors, which cannot be changed; "
            "expected a tf.Variable each.",
            "Wrap the numbers, as in `tf.Variable(tf.zeros((channel_1,)))`.",
        )
    frozen = _lacking(names, trainable)
    if frozen:
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} returned {', '.join(frozen)} as variables with trainable=False: "
            "tf.GradientTape does not watch these, so they get no gradient and are never trained.",
            "Make each of them without trainable=False.",
        )
    return None


def _lacking(names: tuple[str, ...], good: Any) -> list[str]:
    given = good if isinstance(good, list) else []
    return [name for name, each in zip(names, given, strict=False) if not each]


TENSORFLOW_FUNCTION: Final = Convention(
    name="tensorflow_function",
    summary="a function on TensorFlow's tensors; gradients by tf.GradientTape",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
    by_autograd=True,
    library="tensorflow",
)
