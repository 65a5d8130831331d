"""What a classifier's outputs in its various runs show of it; asked by the kind `open_classifier`.

The runs are those of the driver `torch_open_classifiers`, whose answer is not trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from grader.checks import open_network
from grader.checks.judging import as_array, describe_value
from grader.closeness import Array
from grader.plain_text import quote_some

Problem = tuple[str, str]  # what is wrong, and what to do

APART: Final = 1e-3  # relative; what a batch's statistics do is far more than rounding
SUM_OF_ONE: Final = 1e-4  # by which rows of probabilities may miss it in single precision
RUNS: Final = ("train", "eval", "again", "alone", "turned", "doubled", "zero", "first", "mixed")
# Operations that only lay numbers out anew.
LAYOUT: Final = ("View", "Squeeze", "Unsqueeze", "Reshape", "Select", "Slice", "Clone", "Alias")
ASKS: Final = {
    "scores": "outputs are scores, before any sigmoid or softmax; where the hand-in's own code "
    "uses a loss of probabilities, such as nn.BCELoss, a single one may end in a sigmoid",
    "activations": "the network is not a linear function of its inputs",
    "evaluation": "in evaluation mode, batches of any size do, and no output depends on chance or "
    "on the rest of the batch",
    "no_batch_norm": "in training mode, the outputs of a row do not depend on the rest of the "
    "batch, as BatchNorm makes them",
}
LOSS_HAS_IT: Final = (
    "The loss has it already, and a second one leaves hardly any gradient. Return what the last "
    "layer gives."
)


def problems(
    subject: str,
    rows: int,
    widths: tuple[int, ...],
    asks: frozenset[str],
    answer: Mapping[str, Any],
    *,
    own_sigmoid: bool = False,
) -> Iterator[Problem]:
    """Says what is wrong; what explains most comes first.

    Args:
        subject: how readers call the network.
        rows: of the batch that most runs are of.
        widths: how many scores a row may have.
        asks: which of `ASKS` are looked at.
        answer: the driver's.
        own_sigmoid: whether a single score may have been through a sigmoid.
    """
    yield from _shapes(subject, rows, widths, answer)
    # What follows reads outputs, which are of the right shape here.
    outputs = {name: _scores(answer.get(name), _rows(name, rows), widths) for name in RUNS}
    known = {name: scores for name, scores in outputs.items() if scores is not None}
    if not all(np.isfinite(scores).all() for scores in known.values()):
        yield (
            f"{subject} gives outputs that are not finite numbers, on inputs of common size.",
            "Look for a logarithm of 0, a division by 0 and an exponential of large numbers.",
        )
    parameters = answer.get("parameters")
    if type(parameters) is not int or parameters < 1:
        yield (
            f"{subject} has no parameters, so nothing can be learned.",
            "Make the layers in __init__, as attributes or in nn.Sequential or nn.ModuleList: "
            "layers in a plain list are not found.",
        )
    yield from open_network.training_problems(subject, answer)
    if "scores" in asks:
        yield from _probabilities(subject, known, answer, own_sigmoid=own_sigmoid)
    if "evaluation" in asks:
        yield from open_network.evaluation_problems(subject, outputs)
    if "activations" in asks and open_network.is_affine(outputs):
        yield (
            f"{subject} is a linear function of its inputs, however many layers it has.",
            "Put an activation, such as nn.ReLU, after each hidden layer.",
        )
    if "no_batch_norm" in asks:
        yield from _batch_norm(subject, known, answer)


def _rows(name: str, rows: int) -> int:
    return 1 if name == "alone" else rows


def _shapes(
    subject: str, rows: int, widths: tuple[int, ...], answer: Mapping[str, Any]
) -> Iterator[Problem]:
    others = answer.get("others")
    further = others if isinstance(others, list) else []
    runs = [(_rows(name, rows), answer.get(name)) for name in RUNS]
    runs += list(zip((1, rows + 1), further, strict=False))
    found = set()
    for size, value in runs:
        scores = _scores(value, size, widths)
        if scores is not None:
            found.add(scores.shape[1])
            continue
        array = as_array(value)
        said = describe_value(value) if array is None else f"an output of shape {array.shape}"
        shapes = " or ".join(str((size, width)) for width in widths)
        yield (
            f"{subject} gave {said} for a batch of {size}; expected shape {shapes}.",
            open_network.UNFINISHED
            if value is None
            else "The last layer gives a row of scores for each row of the batch.",
        )
    if len(found) > 1:
        yield (
            f"{subject} gives {min(found)} and {max(found)} scores for a row, in different calls; "
            "expected the same number in all.",
            "Return one score for each class, in every mode and for every batch.",
        )


def _scores(value: Any, rows: int, widths: tuple[int, ...]) -> Array | None:
    """Returns scores as (rows, K), or nothing where they have another shape."""
    array = as_array(value)
    if array is None or array.dtype.kind not in "fiu":
        return None
    # A squeezed batch of one has no axis left.
    if 1 in widths and (array.shape == (rows,) or (array.shape == () and rows == 1)):
        return array.reshape(rows, 1)
    return array if array.shape in [(rows, width) for width in widths] else None


def _probabilities(
    subject: str, outputs: Mapping[str, Array], answer: Mapping[str, Any], *, own_sigmoid: bool
) -> Iterator[Problem]:
    every = np.concatenate([scores.astype(np.float64) for scores in outputs.values()])
    sums = np.abs(every.sum(axis=1) - 1)
    if every.shape[1] > 1 and every.min() >= 0 and sums.max() < SUM_OF_ONE:
        yield f"{subject} gives probabilities: each row sums to 1. Expected scores.", LOSS_HAS_IT
        return
    if own_sigmoid and every.shape[1] == 1:
        return
    found = answer.get("operations")
    names = [str(name) for name in found] if isinstance(found, list) else []
    last = next((name for name in names if not any(word in name for word in LAYOUT)), "")
    if last.startswith("Sigmoid"):
        yield f"{subject} ends in a sigmoid; expected scores, of any size.", LOSS_HAS_IT


def _batch_norm(
    subject: str, outputs: Mapping[str, Array], answer: Mapping[str, Any]
) -> Iterator[Problem]:
    first, mixed = outputs["first"], outputs["mixed"]
    if np.max(np.abs(first[0] - mixed[0])) <= APART * (np.std(first) + np.std(mixed)):
        return
    found = answer.get("batch_norms")
    names = [str(name) for name in found] if isinstance(found, list) else []
    parts = f" Its parts {quote_some(names)} are layers of it." if names else ""
    if len(names) == 1:
        parts = f" Its part {quote_some(names)} is a layer of it."
    yield (
        f"In training mode, what {subject} gives for an input changes with the other inputs of its "
        f"batch. Batch normalization does that, and is not allowed here.{parts}",
        "Leave it out, or use nn.GroupNorm or nn.LayerNorm, which normalize each input by itself.",
    )
