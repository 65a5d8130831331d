"""Models of Keras, as classes or as functions that make one: constructed, given parameters, run.

Names and order of a model's layers are the student's own. All parameters of one role and shape get
the same drawn values (see `grader.worker.inside.drivers.keras_models`), so two models agree if and
only if they are wired the same, whatever their layers are called. Keras computes in single
precision, and so does this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from grader.conventions.construction import ASK, CONSTRUCT, RENAME, construct, renames
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.initial_weights import SPREAD, spread
from grader.conventions.parameter_groups import (
    data_names,
    differentiable,
    draw,
    in_words,
    is_group,
    unmatched_fault,
    unreached_fault,
)
from grader.conventions.reading import first_fault, malformed
from grader.conventions.torch_module import PROPERTIES as OF_TORCH
from grader.conventions.torch_precision import in_precision
from grader.worker.inside.wire import Slot
from grader.worker.program import Fault, FaultKind, Program, Replies
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "construct": CONSTRUCT,
    "rename": RENAME,
    "ask": ASK,
    "mode": OF_TORCH["mode"],
    "spread": SPREAD,
}
_DRIVERS: Final = {  # that look at a model and do not run it
    "params": "keras_models.values",
    "shapes": "keras_models.shapes",
    "stacked": "keras_stacks.stacked",
}
UNREACHED: Final = (
    "Use every layer in call, and look for tf.stop_gradient, .numpy() or a conversion to NumPy "
    "between it and the output, and for trainable=False."
)


@dataclass(frozen=True, slots=True)
class _Run:
    """Where the operations of one call ended up."""

    network: Slot
    filled: Slot
    result: Slot
    unmatched: Slot
    exported: Slot


def complete(session: Session, subject: Subject, call: Call, rng: Any) -> Mapping[str, Any]:
    """Adds drawn values for each role and shape of parameters that the model has."""
    inputs = {name: in_precision(value, "float32") for name, value in call.inputs.items()}
    if call.options.get("ask") in _DRIVERS or call.options.get("spread"):
        return inputs
    asked = replace(call, inputs=inputs, options={**call.options, "ask": "shapes"})
    (found,) = forward(session, subject, [asked])
    if isinstance(found, Fault):
        raise ValueError(f"{subject.path} could not be constructed: it {found.message}")
    return {**inputs, **{name: _drawn(name, rng) for name in sorted(found.outputs)}}


def _drawn(group: str, rng: np.random.Generator) -> Any:
    return draw(group, rng, out_last=True).astype(np.float32)


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Constructs, fills and runs on every call; one program for each."""
    return [_asked(session, subject, call, False) for call in calls]


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """The same, and takes gradients by `tf.GradientTape`."""
    return [_asked(session, subject, call, True) for call in calls]


def _asked(session: Session, subject: Subject, call: Call, backwards: bool) -> Answer:
    call = replace(call, options={**call.options, "construct": _construction(call)})
    names = renames(session, subject, [call])
    program = Program()
    made = construct(program, program.resolve(subject.path), call, names)
    data = [value for name, value in call.inputs.items() if not is_group(name)]
    network = program.call(program.driver("keras_models.build"), (made, data))
    ask = "params" if call.options.get("spread") else call.options.get("ask")
    if ask in _DRIVERS:
        found = program.call(program.driver(_DRIVERS[ask]), (network,))
        exported = program.export(found)
        answer = _read_parts(session.run(program), subject, (made, network, found, exported))
        if isinstance(answer, Computed) and call.options.get("spread"):
            # The numbers of all parameters of one group come stacked.
            weights = [(k, v) for k, v in answer.outputs.items() if k.startswith("weight ")]
            each = {in_words(k): v[0] for k, v in weights if isinstance(v, np.ndarray)}
            return spread(subject, each)
        return answer
    run = _run(program, network, call, data, backwards)
    return _read(session.run(program), subject, call, (made, run))


def _construction(call: Call) -> Any:
    """Turns lists among the arguments into tuples, which shapes are."""
    given = call.options.get("construct", {})
    if isinstance(given, Mapping):
        return {name: _shape(value) for name, value in given.items()}
    return [_shape(value) for value in given]


def _shape(value: Any) -> Any:
    return tuple(value) if isinstance(value, (list, tuple)) else value


def _run(program: Program, network: Slot, call: Call, data: list[Any], backwards: bool) -> _Run:
    given = {name: value for name, value in call.inputs.items() if is_group(name)}
    filled = program.call(program.driver("keras_models.fill"), (network, given))
    unmatched = program.call(program.driver("keras_models.unmatched"), (filled, given))
    wrt = differentiable(call)
    positions = {name: f"input {at}" for at, name in enumerate(data_names(call))}
    result = program.call(
        program.driver("keras_models.run"),
        (
            *(filled, data, call.upstream if backwards else None),
            *([positions.get(name, name) for name in wrt], call.options.get("mode", "")),
        ),
    )
    return _Run(network, filled, result, program.export(unmatched), program.export(result))


def _read_parts(replies: Replies, subject: Subject, slots: tuple[Slot, ...]) -> Answer:
    fault = first_fault(replies, *slots)
    if fault is not None:
        return _as_model_fault(subject, fault)
    value = replies.value(slots[-1])
    if not isinstance(value, dict):
        return malformed()
    return Computed({str(name): each for name, each in value.items()})


def _read(replies: Replies, subject: Subject, call: Call, slots: tuple[Slot, _Run]) -> Answer:
    made, run = slots
    fault = first_fault(replies, made, run.network, run.filled)
    if fault is not None:
        return _as_model_fault(subject, fault)
    fault = unmatched_fault(subject, replies.value(run.unmatched)) or first_fault(
        replies, run.result
    )
    if fault is not None:
        return fault
    value = replies.value(run.exported)
    if not isinstance(value, dict) or not isinstance(value.get("gradients"), dict):
        return malformed()
    unreached = value.get("unreached")
    if isinstance(unreached, list) and unreached:
        return unreached_fault(subject, unreached, UNREACHED)
    positions = {f"input {at}": name for at, name in enumerate(data_names(call))}
    gradients = {positions.get(str(name), str(name)): g for name, g in value["gradients"].items()}
    return Computed({"out": value.get("out")}, gradients if call.upstream is not None else {})


def _as_model_fault(subject: Subject, fault: Fault) -> Fault:
    if fault.exception == "TypeError" and not fault.place and "not a Keras model" in fault.said:
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} made something that is not a tf.keras.Model.",
            "Derive the class from tf.keras.Model and call super().__init__() first, or return "
            "the model from the function.",
        )
    return fault


KERAS_MODEL: Final = Convention(
    name="keras_model",
    summary="a Keras model; parameters set by role and shape, gradients by tf.GradientTape",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
    complete=complete,
    by_autograd=True,
    library="tensorflow",
)
