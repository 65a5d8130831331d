"""A training step and a measurement in bare TensorFlow, on a model and batches of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.conventions.classifier_evaluation import BATCH_SIZE, accuracy_of
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.notebook_training import PROPERTIES as OF_TRAINING
from grader.conventions.reading import first_fault, malformed
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

STEP: Mapping[str, Any] = {
    "learning_rate": OF_TRAINING["learning_rate"],
    "training_steps": {
        "description": "How often the function is called, one time after the other; 1 unless "
        "given.",
        "type": "integer",
        "minimum": 1,
    },
}
EVALUATION: Mapping[str, Any] = {"batch_size": BATCH_SIZE}


def step(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls `loss = f(model_fn, x, y, params, learning_rate)` with fresh weights for every call."""
    answers: list[Answer] = []
    for call in calls:
        steps = int(call.options.get("training_steps", 1))
        how = (float(call.options["learning_rate"]), steps)
        found = _asked(session, subject, "step", (dict(call.inputs), *how))
        if isinstance(found, dict) and found.get("loss") is None:
            found = _no_loss(subject)
        answers.append(Computed(found) if isinstance(found, dict) else found)
    return answers


def evaluate(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls `f(dset, x, model_fn, params)`, which prints, or returns, the accuracy."""
    answers: list[Answer] = []
    for call in calls:
        how = (dict(call.inputs), int(call.options["batch_size"]))
        found = _asked(session, subject, "measure", how)
        if isinstance(found, dict):
            said = {key: found.get(key) for key in ("printed", "returned")}
            accuracy = accuracy_of(said["printed"], said["returned"])
            # The reply itself stays as it is: it may be remembered and read once more.
            arrays = {key: value for key, value in found.items() if key not in said}
            found = _no_accuracy(subject) if accuracy is None else {"accuracy": accuracy, **arrays}
        answers.append(Computed(found) if isinstance(found, dict) else found)
    return answers


def _asked(
    session: Session, subject: Subject, driver: str, how: tuple[Any, ...]
) -> dict[str, Any] | Fault:
    program = Program()
    function = program.resolve(subject.path)
    result = program.call(program.driver(f"tensorflow_training.{driver}"), (function, *how))
    exported = program.export(result)
    replies = session.run(program)
    fault = first_fault(replies, result)
    value = replies.value(exported)
    if fault is None and not isinstance(value, dict):
        fault = malformed()
    return fault or value


def _no_loss(subject: Subject) -> Fault:
    return Fault(
        FaultKind.MALFORMED,
        f"{subject.path} returned None; expected the loss.",
        "End the function with `return total_loss`.",
    )


def _no_accuracy(subject: Subject) -> Fault:
    return Fault(
        FaultKind.MALFORMED,
        f"{subject.path} printed no line such as `Got 12 / 64 correct (18.75%)`, and returned no "
        "accuracy either.",
        "Print the number of right samples and that of all samples after the loop.",
    )


TRAINING_STEP: Final = Convention(
    name="training_step",
    summary="loss = f(model_fn, x, y, params, learning_rate), which changes params",
    properties=STEP,
    forward=step,
    library="tensorflow",
)
DATASET_EVALUATION: Final = Convention(
    name="dataset_evaluation",
    summary="f(dset, x, model_fn, params) prints `Got 12 / 64 correct`",
    properties=EVALUATION,
    forward=evaluate,
    library="tensorflow",
)
