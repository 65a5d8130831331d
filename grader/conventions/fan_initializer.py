"""Functions that draw a layer's weights for its fans: `w = f(fan_in, fan_out)`, a tensor.

Either axis may be that of the inputs: the texts of assignments seldom say which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import UNFINISHED, as_description, first_fault, returned
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "fans": {
        "description": "How many inputs and how many outputs the weights are for.",
        "type": "array",
        "items": {"type": "integer", "minimum": 1},
        "minItems": 2,
        "maxItems": 2,
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls the function with every call's fans; the output is called `weight`."""
    return [_drawn(session, subject, call) for call in calls]


def _drawn(session: Session, subject: Subject, call: Call) -> Answer:
    fans = tuple(call.options.get("fans", ()))
    program = Program()
    function = program.resolve(subject.path)
    program.call(program.driver("torch_tensors.precision"), ("float32",))
    made = program.call(function, fans)
    described = program.describe(made)
    leaf = program.export(program.attribute(made, "is_leaf"))  # which tensors have, and no array
    exported = program.export(made)
    replies = session.run(program)
    fault = first_fault(replies, made, described)
    if fault is not None:
        return fault
    called = f"{subject.path}({', '.join(map(str, fans))})"
    shapes = " or ".join(map(str, dict.fromkeys((fans, fans[::-1]))))
    wanted = f"a PyTorch tensor of shape {shapes}"
    if type(replies.value(leaf)) is not bool:
        description = as_description(replies.value(described))
        return Fault(
            FaultKind.MALFORMED,
            f"{called} returned {returned(description)}; expected {wanted}.",
            UNFINISHED
            if description[0] == "NoneType"
            else "Return the tensor itself, without a conversion to NumPy or a layer around it.",
        )
    weight = replies.value(exported)
    shape = weight.shape if isinstance(weight, np.ndarray) else ()
    if shape not in (fans, fans[::-1]):
        return Fault(
            FaultKind.MALFORMED,
            f"{called} returned a tensor of shape {shape}; expected {wanted}.",
            "Make a matrix: a row for each number of one fan, a column for each of the other.",
        )
    return Computed({"weight": weight})


FAN_INITIALIZER: Final = Convention(
    name="fan_initializer",
    summary="w = f(fan_in, fan_out), a tensor of drawn weights",
    properties=PROPERTIES,
    forward=forward,
    library="torch",
)
