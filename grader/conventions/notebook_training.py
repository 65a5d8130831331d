"""Functions that train a classifier on the loaders that are global variables of a notebook.

The model, its weights and the loaders are ours; what is compared are the weights after training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from grader.conventions.classifier_evaluation import ARGUMENTS, BATCH_SIZE, NORMALIZED
from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, malformed
from grader.worker.program import Program
from grader.worker.session import Session

PROPERTIES: Mapping[str, Any] = {
    "arguments": ARGUMENTS,
    "batch_size": BATCH_SIZE,
    "normalized": NORMALIZED,
    "learning_rate": {
        "description": "Of gradient descent, or of the optimizer that is handed over.",
        "type": "number",
        "exclusiveMinimum": 0,
    },
    "epochs": {
        "description": "How often the training data are gone through; 1 unless given.",
        "type": "integer",
        "minimum": 1,
    },
    "measures": {
        "description": "Name of the hand-in's function that the training calls to report its "
        "accuracy; where that one fails, training goes on.",
        "type": "string",
        "minLength": 1,
    },
}


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls the function with a fresh model each time."""
    answers: list[Answer] = []
    for call in calls:
        how = {name: value for name, value in call.options.items() if name != "arguments"}
        program = Program()
        function = program.resolve(subject.path)
        asked = (function, dict(call.inputs), list(call.options.get("arguments", ())), how)
        result = program.call(program.driver("torch_classifiers.train"), asked)
        exported = program.export(result)
        replies = session.run(program)
        fault = first_fault(replies, result)
        answers.append(fault or _read(replies.value(exported)))
    return answers


def _read(found: Any) -> Answer:
    if not isinstance(found, dict):
        return malformed()
    return Computed(found)


NOTEBOOK_TRAINING: Final = Convention(
    name="notebook_training",
    summary="f(model_fn, params, learning_rate), f(model, optimizer, epochs); global loaders",
    properties=PROPERTIES,
    forward=forward,
    library="torch",
)
