"""Functions that make an optimizer of Keras: told by what its steps are, whatever their size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, malformed
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "gradients": {
        "description": "The gradient of each step; the first is not 0.",
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Makes an optimizer for every call; `steps` are its steps, in units of the first one."""
    answers = []
    for call in calls:
        program = Program()
        gradients = [float(each) for each in call.options["gradients"]]
        steps = program.driver("keras_optimizers.steps")
        result = program.call(steps, (program.resolve(subject.path), gradients))
        exported = program.export(result)
        replies = session.run(program)
        fault = first_fault(replies, result)
        answers.append(fault or _read(subject, replies.value(exported), gradients))
    return answers


def _read(subject: Subject, found: Any, gradients: Sequence[float]) -> Answer:
    changes = found.get("changes") if isinstance(found, dict) else None
    if not isinstance(changes, np.ndarray) or changes.dtype.kind != "f":
        return malformed()
    if not found.get("optimizer"):
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} returned no Keras optimizer.",
            "Return what tf.keras.optimizers.SGD(...) gives.",
        )
    if changes.shape != (len(gradients),) or not changes[0] * gradients[0] < 0:
        return Fault(
            FaultKind.MALFORMED,
            f"The first step of the optimizer of {subject.path} does not go against the gradient.",
            "Look at the learning rate, which has to be larger than 0.",
        )
    return Computed({"steps": changes / changes[0]})


KERAS_OPTIMIZER: Final = Convention(
    name="keras_optimizer",
    summary="optimizer = f(); its steps in units of the first",
    properties=PROPERTIES,
    forward=forward,
    library="tensorflow",
)
