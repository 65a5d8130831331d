"""Reads what a function returned: unpacks tuples and finds inputs that were changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.plain_text import clean_text
from grader.worker.inside.wire import Slot
from grader.worker.program import Fault, FaultKind, Program, Replies

UNFINISHED = "Fill in the part that is marked for your code, and return what the docstring names."


def as_description(value: Any) -> tuple[str, int]:
    """Takes a worker's description of a value: the type's name and the length, or -1.

    The worker is not trusted: what is no description becomes that of a nameless type.
    """
    match value:
        case (str() as name, int() as length):
            return name, length
    return "", -1


def returned(kind: tuple[str, int] | Any) -> str:
    """Says in words what was returned, from a worker's description of it."""
    match kind:
        case ("NoneType", _):
            return "None"
        case (("tuple" | "list") as name, int() as length):
            return f"a {name} of {length}"
        case ("ndarray", int()):
            return "one array"
        case (str() as name, _) if name:
            return f"a value of type {clean_text(name, 80)}"
    return "something that cannot be described"


def tuple_fault(what: str, description: Any, names: tuple[str, ...]) -> Fault | None:
    """Returns a fault unless the description is that of a tuple or list of `len(names)`."""
    if isinstance(description, Fault):
        return description
    description = as_description(description)
    if description in (("tuple", len(names)), ("list", len(names))):
        return None
    wanted = ", ".join(names)
    return Fault(
        FaultKind.MALFORMED,
        f"{what} returned {returned(description)}; expected the {len(names)} values ({wanted}).",
        UNFINISHED
        if description == ("NoneType", -1)
        else f"End the function with `return {wanted}`.",
    )


def named(value: Any, names: tuple[str, ...]) -> Mapping[str, Any] | Fault:
    """Gives the items of an exported tuple their names."""
    if type(value) not in (tuple, list) or len(value) != len(names):
        return malformed()
    return dict(zip(names, value, strict=True))


def first_fault(replies: Replies, *slots: Slot) -> Fault | None:
    """Returns the first fault among some operations."""
    for slot in slots:
        fault = replies.fault(slot)
        if fault is not None:
            return fault
    return None


def unchanged(before: Any, after: Any) -> bool:
    """Tells whether an exported value is what was sent."""
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and after.shape == before.shape
            and after.dtype == before.dtype
            and bool(np.array_equal(after, before, equal_nan=after.dtype.kind in "fc"))
        )
    return True


def malformed() -> Fault:
    """Is the fault of a process that does not answer in the form that it was asked for."""
    return Fault(FaultKind.MALFORMED, "The hand-in's process described one value and sent another.")


def put_inputs(program: Program, inputs: Mapping[str, Any]) -> dict[str, Slot]:
    """Puts every input into a slot of its own, so that it can be looked at after the call."""
    return {name: program.new(value) for name, value in inputs.items()}


def mutated(
    replies: Replies, before: Mapping[str, Any], after: Mapping[str, Slot]
) -> tuple[str, ...]:
    """Names the array inputs that are not what they were."""
    return tuple(
        name for name, slot in after.items() if not unchanged(before[name], replies.value(slot))
    )
