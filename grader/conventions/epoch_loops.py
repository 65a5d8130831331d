"""Training of PyTorch classifiers: `train_loop(model, loader, criterion, optimizer, device)`.

The style of the Mila assignment. Loops run on a small model of ours, see `drivers.torch_epochs`;
order and names of their arguments, and the order of what they return, are the student's affair. A
class as subject is a model that is constructed and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.conventions.construction import CONSTRUCT, RENAME, construct, renames
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

RATE: Final = 0.5  # large enough for a missing zero_grad to show after one epoch
BATCH: Final = 4  # samples; the numbers of samples are multiples, so that all averages agree

PROPERTIES: Mapping[str, Any] = {
    "construct": CONSTRUCT,
    "rename": RENAME,
    "loop": {
        "description": "What the subject is: a train or a valid loop, or a model that is counted.",
        "enum": ["train", "valid", "model"],
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Runs a loop, or constructs and counts a model, on every call."""
    program = Program()
    owner = program.resolve(subject.path)
    program.call(program.driver("torch_tensors.precision"), ("float32",))
    slots = []
    for call in calls:
        kind = call.options.get("loop", "train")
        if kind == "model":
            model = construct(program, owner, call, renames(session, subject, calls))
            counted = program.driver("torch_epochs.census")
            result = program.call(counted, (model, call.inputs["x"]))
        else:
            settings = {"rate": RATE, "batch": BATCH}
            driver = program.driver("torch_epochs.loop")
            result = program.call(driver, (owner, kind, dict(call.inputs), settings))
        slots.append(program.export(result))
    replies = session.run(program)
    answers: list[Answer] = []
    for slot in slots:
        value = replies.value(slot)
        if isinstance(value, Fault):
            answers.append(value)
        elif isinstance(value, dict):
            answers.append(Computed({str(name): each for name, each in value.items()}))
        else:
            answers.append(
                Fault(FaultKind.MALFORMED, "The hand-in's process sent no dictionary of values.")
            )
    return answers


EPOCH_LOOPS: Final = Convention(
    name="epoch_loops",
    summary="train_loop(model, loader, criterion, optimizer, device); valid_loop; sizes of models",
    properties=PROPERTIES,
    forward=forward,
    library="torch",
)
