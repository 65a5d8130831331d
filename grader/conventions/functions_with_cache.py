"""Layers as pairs of functions: `out, cache = f(x, w, b)`; `dx, dw, db = f_backward(dout, cache)`.

The style of the UMass assignment and of its origin. Arguments are passed by position, so parameter
names are the student's own affair. The cache never leaves the worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.conventions.convention import (
    Answer,
    Call,
    Computed,
    Convention,
    Subject,
    gradient_name,
)
from grader.conventions.reading import (
    as_description,
    first_fault,
    mutated,
    named,
    put_inputs,
    tuple_fault,
)
from grader.worker.inside.wire import Slot
from grader.worker.program import Fault, FaultKind, Program, Replies
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "stepped": {
        "description": "Inputs whose first axis counts steps: the function is called once for "
        "each, with all other inputs the same objects throughout.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
    "watch": {
        "description": "Entries of dictionary inputs that count as outputs after the last call, "
        "such as bn_param.running_mean.",
        "type": "array",
        "items": {"type": "string", "pattern": r"^[A-Za-z_]\w*\.\w+$"},
        "minItems": 1,
    },
    "cache": {
        "description": "Inputs that make up the cache as the assignment documents it; one alone is "
        "the cache itself. Used only when the student's own forward is wrong.",
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
    },
    "before_last": {
        "description": "Entries of dictionary inputs that are set before the last step, such as "
        "bn_param: {mode: test}.",
        "type": "object",
        "additionalProperties": {"type": "object"},
    },
}


@dataclass(frozen=True, slots=True)
class _Run:
    """Where the operations of one call ended up."""

    result: Slot
    kind: Slot
    out: Slot
    inputs: Mapping[str, Slot]
    exported: Mapping[str, Slot]  # array inputs, after the call
    watched: Mapping[str, Slot]
    gradients: Slot | None = None
    gradient_kind: Slot | None = None


def _call(program: Program, function: Slot, call: Call) -> _Run:
    stepped = tuple(call.options.get("stepped", ()))
    before_last = call.options.get("before_last", {})
    steps = len(call.inputs[stepped[0]]) if stepped else 1
    slots = put_inputs(program, {k: v for k, v in call.inputs.items() if k not in stepped})
    result = Slot(0)
    for step in range(steps):
        if step == steps - 1:
            for name, entries in before_last.items():
                for key, value in entries.items():
                    program.set_item(slots[name], key, value)
        args = [
            np.ascontiguousarray(value[step]) if name in stepped else slots[name]
            for name, value in call.inputs.items()
        ]
        result = program.call(function, args)
    kind = program.describe(result)
    out = program.export(program.item(result, 0))
    exported = {
        name: program.export(slot)
        for name, slot in slots.items()
        if isinstance(call.inputs[name], np.ndarray)
    }
    watched = {}
    for path in call.options.get("watch", ()):
        name, key = path.split(".")
        watched[path] = program.export(program.item(slots[name], key))
    return _Run(result, kind, out, slots, exported, watched)


def _read(replies: Replies, call: Call, run: _Run, name: str) -> Answer:
    fault = first_fault(replies, run.result)
    fault = fault or tuple_fault(name, replies.value(run.kind), ("out", "cache"))
    if fault is not None:
        return fault
    outputs = {"out": replies.value(run.out)}
    for path, slot in run.watched.items():
        value = replies.value(slot)
        # An entry that was never written is an output that is not there, not a crash.
        outputs[path] = None if isinstance(value, Fault) else value
    return Computed(outputs, mutated=mutated(replies, call.inputs, run.exported))


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs the forward function on every call."""
    program = Program()
    function = program.resolve(subject.path)
    runs = [_call(program, function, call) for call in calls]
    replies = session.run(program)
    return [_read(replies, call, run, subject.path) for call, run in zip(calls, runs, strict=True)]


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs forward, then backward on the forward's own cache.

    The fault of a forward that does not run is worded as one of the forward function.
    """
    program = Program()
    function, reverse = program.resolve(subject.forward), program.resolve(subject.path)
    runs = []
    for call in calls:
        run = _call(program, function, call)
        cache = program.item(run.result, 1)
        result = program.call(reverse, (call.upstream, cache))
        runs.append((run, result, program.describe(result), program.export(result)))
    replies = session.run(program)
    answers: list[Answer] = []
    for call, (run, result, kind, exported) in zip(calls, runs, strict=True):
        ahead = _read(replies, call, run, subject.forward)
        gradients = _gradients(subject, replies, result, kind, exported, call)
        # A backward function that is not there is said before a forward that does not work.
        said_first = first_fault(replies, reverse) is not None and isinstance(gradients, Fault)
        if isinstance(ahead, Fault) and not said_first:
            answers.append(replace(ahead, about=subject.forward))
        elif isinstance(gradients, Fault):
            answers.append(gradients)
        elif isinstance(ahead, Computed):
            answers.append(Computed(ahead.outputs, gradients, ahead.mutated))
    return answers


def backward_alone(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs backward on the documented cache; there are no outputs."""
    program = Program()
    reverse = program.resolve(subject.path)
    runs = []
    for call in calls:
        slots = put_inputs(program, call.inputs)
        parts = tuple(slots[name] for name in call.options["cache"])
        result = program.call(reverse, (call.upstream, parts if len(parts) > 1 else parts[0]))
        runs.append((result, program.describe(result), program.export(result)))
    replies = session.run(program)
    answers: list[Answer] = []
    for call, (result, kind, exported) in zip(calls, runs, strict=True):
        gradients = _gradients(subject, replies, result, kind, exported, call)
        answers.append(gradients if isinstance(gradients, Fault) else Computed({}, gradients))
    return answers


def _gradients(
    subject: Subject, replies: Replies, result: Slot, kind: Slot, exported: Slot, call: Call
) -> Mapping[str, Any] | Fault:
    fault = first_fault(replies, result)
    described, value = replies.value(kind), replies.value(exported)
    names = tuple(gradient_name(each) for each in call.wrt)
    if fault is None and len(call.wrt) == 1:
        if as_description(described) == ("tuple", 1):
            return Fault(
                FaultKind.MALFORMED,
                f"{subject.path} returned a tuple of 1; expected {names[0]} alone.",
                "A comma after the only value, as in `return dx,`, makes a tuple; remove it.",
                about=subject.path,
            )
        return {call.wrt[0]: value}
    fault = fault or tuple_fault(subject.path, described, names)
    gradients = fault or named(value, call.wrt)
    return replace(gradients, about=subject.path) if isinstance(gradients, Fault) else gradients


FUNCTIONS_WITH_CACHE = Convention(
    name="functions_with_cache",
    summary="out, cache = f(x, ...); dx, ... = f_backward(dout, cache)",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
    backward_alone=backward_alone,
)
