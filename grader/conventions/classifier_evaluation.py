"""Functions that measure a classifier: `loss, accuracy = f(loader, model, criterion)`.

Some print how many samples are right, and return nothing. The loader, the model and its weights are
ours. Which numbers an average is taken over is the reference's affair, and its alternatives'.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from grader.conventions.convention import Answer, Call, Computed, Convention, Subject
from grader.conventions.reading import first_fault, malformed, named, tuple_fault
from grader.worker.program import Fault, FaultKind, Program
from grader.worker.session import Session

ARGUMENTS: Final = {
    "description": "What the function takes, in order.",
    "type": "array",
    "items": {
        "enum": [
            *("loader", "model", "model_fn", "params", "criterion"),
            *("learning_rate", "optimizer", "epochs"),
        ]
    },
    "minItems": 1,
}
BATCH_SIZE: Final = {
    "description": "Samples per batch; the last batch may be shorter.",
    "type": "integer",
    "minimum": 1,
}
NORMALIZED: Final = {
    "description": "Whether the module has a batch normalization, so that its two modes differ.",
    "type": "boolean",
}
PROPERTIES: Mapping[str, Any] = {
    "arguments": ARGUMENTS,
    "batch_size": BATCH_SIZE,
    "normalized": NORMALIZED,
    "mode": {
        "description": "Mode in which the module is handed over; train unless given.",
        "enum": ["train", "eval"],
    },
    "criterion": {
        "description": "The loss that is handed over; cross_entropy unless given.",
        "enum": ["cross_entropy", "multi_margin"],
    },
    "measured": {
        "description": "What the function tells: loss_and_accuracy, which it returns, or accuracy, "
        "which it prints as `Got 12 / 64 correct`, or returns.",
        "enum": ["loss_and_accuracy", "accuracy"],
    },
    "traces": {
        "description": "Look at what is left behind in place of the values: a graph on the "
        "returned loss, gradients, changed parameters.",
        "type": "boolean",
    },
    "graphs": {
        "description": "With traces: whether scores may not be computed with a graph either.",
        "type": "boolean",
    },
}
IN_TRAINING: Final = "training mode (1 is on)"
PAIR: Final = ("average_loss", "accuracy")
# The texts are the hand-in's: what is looked at is of bounded length.
READ_AT_MOST: Final = 4000  # characters, the last ones
_COUNTS: Final = re.compile(r"(\d{1,9})\D{1,40}?(\d{1,9})\s*correct", re.IGNORECASE)
_ANY_COUNTS: Final = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")
_PERCENT: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*%")
_NAMED: Final = re.compile(
    r"(?<![a-z])acc(?:uracy)?\b[^\d\n]{1,20}(\d{1,9}\.\d{1,20})", re.IGNORECASE
)


def forward(session: Session, subject: Subject, calls: Sequence[Call]) -> list[Answer]:
    """Calls the function on every call's data set, with a fresh model each time."""
    answers = []
    for call in calls:
        how = {
            key: value
            for key, value in call.options.items()
            if key in ("batch_size", "criterion", "normalized", "mode")
        }
        program = Program()
        function = program.resolve(subject.path)
        asked = (function, dict(call.inputs), list(call.options.get("arguments", ())), how)
        result = program.call(program.driver("torch_classifiers.measure"), asked)
        parts = {name: program.item(result, name) for name in ("returned", "printed")}
        described = program.describe(parts["returned"])
        exported = program.export(result)
        replies = session.run(program)
        fault = first_fault(replies, result)
        if fault is None:
            fault = _form_fault(subject, call, replies.value(described))
        answers.append(fault or _read(subject, call, replies.value(exported)))
    return answers


def _form_fault(subject: Subject, call: Call, description: Any) -> Fault | None:
    if call.options.get("measured") == "accuracy":
        return None
    return tuple_fault(subject.path, description, PAIR)


def _read(subject: Subject, call: Call, found: Any) -> Answer:
    if not isinstance(found, dict):
        return _malformed()
    if call.options.get("traces"):
        graphs = bool(call.options.get("graphs") and found.get("graphs"))
        return _trace_fault(subject, found, graphs) or Computed(_parameters(found))
    if call.options.get("measured") == "accuracy":
        share = accuracy_of(found.get("printed"), found.get("returned"))
        if share is None:
            return _no_accuracy(subject)
        if not call.options.get("normalized"):
            return Computed({"accuracy": share})
        # Of few samples, both modes may get the same number right by chance.
        return Computed({"accuracy": share, IN_TRAINING: float(bool(found.get("training")))})
    pair = named(found.get("returned"), PAIR)
    return pair if isinstance(pair, Fault) else Computed(pair)


def accuracy_of(printed: Any, returned: Any) -> float | None:
    """Finds the fraction of right samples in what was printed, or else returned.

    >>> accuracy_of("Got 12 / 64 correct (18.75%)", None), accuracy_of("", 18.75)
    (0.1875, 0.1875)
    >>> accuracy_of("Accuracy: tensor(0.1875)", None)
    0.1875
    """
    text = printed[-READ_AT_MOST:] if isinstance(printed, str) else ""
    found = _COUNTS.findall(text) or _ANY_COUNTS.findall(text)
    if found:
        return _share(*map(float, found[-1]))
    if isinstance(returned, (tuple, list)) and len(returned) == 2:
        return _share(*map(_number, returned))
    share = _number(returned)
    if share is not None:
        return _fraction(share)
    percent = _PERCENT.findall(text)
    if percent:
        return float(percent[-1]) / 100
    called = _NAMED.findall(text)
    return _fraction(float(called[-1])) if called else None


def _fraction(share: float) -> float:
    return share if share <= 1 else share / 100


def _share(correct: float | None, samples: float | None) -> float | None:
    return correct / samples if correct is not None and samples else None


def _number(value: Any) -> float | None:
    array = np.asarray(value) if isinstance(value, (int, float, np.ndarray)) else None
    if array is None or array.size != 1 or array.dtype.kind not in "fiu":
        return None
    number = float(array.item())
    return number if math.isfinite(number) else None


def _trace_fault(subject: Subject, found: Mapping[str, Any], graphs: bool) -> Fault | None:
    if graphs:
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} had the scores computed with a graph, which takes time and memory and "
            "is never used.",
            "Go through the batches inside `with torch.no_grad():`.",
        )
    if found.get("tracked"):
        return Fault(
            FaultKind.MALFORMED,
            f"What {subject.path} returned still holds PyTorch's graph (it requires gradients), so "
            "the memory of every batch is kept as long as the number is.",
            "Compute the loss inside `with torch.no_grad():`, or add up `loss.item()`.",
        )
    if found.get("backward"):
        return Fault(
            FaultKind.MALFORMED,
            f"{subject.path} left gradients in the model's parameters; measuring needs none.",
            "Remove the call of backward(): it belongs to the training step.",
        )
    return None


def _parameters(found: Mapping[str, Any]) -> Mapping[str, Any]:
    values = found.get("parameters")
    listed = values if isinstance(values, list) else []
    return {f"parameter {number}": value for number, value in enumerate(listed, start=1)}


def _no_accuracy(subject: Subject) -> Fault:
    return Fault(
        FaultKind.MALFORMED,
        f"{subject.path} printed no line such as `Got 12 / 64 correct (18.75%)`, and returned no "
        "accuracy either.",
        "Print the number of right samples and that of all samples after the loop.",
    )


def _malformed() -> Fault:
    return malformed()


CLASSIFIER_EVALUATION: Final = Convention(
    name="classifier_evaluation",
    summary="loss, accuracy = f(loader, model, criterion); or prints `Got 12 / 64 correct`",
    properties=PROPERTIES,
    forward=forward,
    library="torch",
)
