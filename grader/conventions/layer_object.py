"""Convolution and pooling as classes: `out = layer.forward(x)`; `grads = layer.backward(dout)`.

The style of the Mila assignment, whose text names the methods and no class. Where the class of the
subject's name is missing, the one that can do the same is taken; weights, biases and gradients are
found by their sizes, see `drivers.layer_objects`. A layer without a bias counts as one whose bias
is added behind it, and where an upstream gradient is given, the margin that padding adds is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.plain_text import clean_text
from grader.worker.program import Fault, FaultKind, Program, Replies
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "layer": {
        "description": "What the layer does; decides which class is taken under another name.",
        "enum": ["convolution", "pooling"],
    },
    "drawn": {
        "description": "Ask for the weights that the layer draws itself, in place of its output.",
        "type": "boolean",
    },
    "warm": {
        "description": "How many other batches of the same shape go through the layer before the "
        "one that counts, so that nothing may be left over from them.",
        "type": "integer",
        "minimum": 0,
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Makes a layer and runs forward on every call."""
    return _run(session, subject, calls, backward=False)


def backward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Makes a layer and runs forward and backward on every call."""
    return _run(session, subject, calls, backward=True)


def _run(session: Session, subject: Subject, calls: Sequence[Call], backward: bool) -> list[Answer]:
    program = Program()
    module, _, name = subject.path.rpartition(".")
    kind = calls[0].options.get("layer", "convolution")
    named, where = program.resolve(subject.path), program.resolve(module)
    owner = program.call(program.driver("layer_objects.find_class"), (where, name, kind))
    driver = program.driver("layer_objects.ask")
    slots = []
    for call in calls:
        drawn = bool(call.options.get("drawn", False))
        warm = int(call.options.get("warm", 0))
        result = program.call(driver, (owner, kind, dict(call.inputs), call.upstream, drawn, warm))
        slots.append(program.export(result))
    replies = session.run(program)
    if replies.fault(owner) is not None:
        missing = replies.fault(named) or replies.fault(owner)
        assert missing is not None  # noqa: S101  # said above
        return [replace(missing, about=subject.path) for _ in calls]
    return [
        _read(replies, subject, call, slot, backward)
        for call, slot in zip(calls, slots, strict=True)
    ]


def _read(replies: Replies, subject: Subject, call: Call, slot: Any, backward: bool) -> Answer:
    value = replies.value(slot)
    if isinstance(value, Fault):
        return _as_layer_fault(subject, value)
    if not isinstance(value, dict):
        return Fault(FaultKind.MALFORMED, "The hand-in's process sent no dictionary of values.")
    mutated = ("x",) if value.get("changed") is True else ()
    if call.options.get("drawn"):
        return Computed(_census(value.get("w")))
    gradients = {each: value.get(each) for each in call.wrt} if backward else {}
    return Computed({"out": value.get("out")}, gradients, mutated)


def _census(weights: Any) -> dict[str, Any]:
    """Says how many numbers were drawn, and the share of them that differ from one another."""
    if not isinstance(weights, np.ndarray) or weights.dtype.kind != "f" or not weights.size:
        return {"numbers": None, "spread": None}
    differ = len(np.unique(weights[np.isfinite(weights)]))
    by_chance = weights.size - differ <= _most_alike(weights)
    return {"numbers": float(weights.size), "spread": 1.0 if by_chance else differ / weights.size}


def _most_alike(weights: np.ndarray) -> float:
    """Returns how many of independent draws may have come before, as numbers are rounded.

    Of n draws among K values, about n^2 / 2K meet one that was there (the birthday problem). A
    float with m bits behind the point has 2^(m + 1) values in the octave of the largest: for 576
    weights in float32 that is 0.01, one hand-in in a hundred. Five standard deviations are added,
    and three numbers for weights that were drawn in float32 and made float64 after.
    """
    usual = weights.size**2 / 2 / 2.0 ** (np.finfo(weights.dtype).nmant + 1)
    return float(usual + 5 * np.sqrt(usual) + 3)


def _as_layer_fault(subject: Subject, fault: Fault) -> Fault:
    if fault.exception in ("AttributeError", "Unfilled") and not fault.place:
        return Fault(
            FaultKind.MISSING,
            f"{subject.path} cannot be used: {clean_text(fault.said, 160)}.",
            "Keep initialize_weights(), forward(x) and backward(dout) as the template has them.",
        )
    return fault


LAYER_OBJECT = Convention(
    name="layer_object",
    summary="out = layer.forward(x); grads = layer.backward(dout)",
    properties=PROPERTIES,
    forward=forward,
    backward=backward,
)
