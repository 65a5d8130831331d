"""Which examples a training gets, which it is judged by, and what its labels are called.

Labels are renamed by a permutation that only the grader knows. Nothing changes for a network that
learns them from the examples; one that brings along what it knows of a published data set names the
wrong classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.checks.training_settings import LEAST_HELD_OUT, Setting
from grader.closeness import Array
from grader.errors import ReferenceFault

if TYPE_CHECKING:
    from grader.datasets.model import DataSet, Split


@dataclass(frozen=True, slots=True)
class Examples:
    """Inputs (N, ...) and labels (N,), numbers from 0 to K - 1."""

    inputs: Array
    labels: Array

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a training is about.

    Attributes:
        classes: K.
        held_out: whose labels never leave the grader.
        notes: facts about the data that readers of a figure should know.
    """

    classes: int
    train: Examples
    validation: Examples
    held_out: Examples
    notes: tuple[str, ...]

    @property
    def chance(self) -> float:
        """The accuracy of naming always the class that is most frequent."""
        return float(np.bincount(self.train.labels).max() / len(self.train))


def prepare(dataset: DataSet, setting: Setting, rng: np.random.Generator) -> TrainingData:
    """Draws the examples of one training.

    Args:
        dataset: where they come from.
        setting: how many.
        rng: decides which, and the names of the classes.

    Raises:
        ReferenceFault: the data set has fewer examples or classes than the rubric asks for.
    """
    classes = setting.classes or len(dataset.classes)
    _demand(dataset.name, "classes", classes, len(dataset.classes))
    names = rng.permutation(classes)
    rows = _rows(dataset.train, classes, rng)
    wanted = (setting.train or max(1, len(rows) - setting.validation)) + setting.validation
    _demand(dataset.name, "training examples", wanted, len(rows))
    apart, rest = rows[: setting.validation], rows[setting.validation : wanted]
    train = _taken(dataset.train, rest, names)
    if setting.on == "train":
        held_out = train
    else:
        of_test = _rows(dataset.test, classes, rng)
        _demand(dataset.name, "test examples", setting.held_out or LEAST_HELD_OUT, len(of_test))
        held_out = _taken(dataset.test, of_test[: setting.held_out or None], names)
    return TrainingData(
        classes, train, _taken(dataset.train, apart, names), held_out, dataset.notes
    )


def _rows(split: Split, classes: int, rng: np.random.Generator) -> Array:
    shuffled: Array = rng.permutation(np.flatnonzero(split.labels < classes))
    return shuffled


def _taken(split: Split, rows: Array, names: Array) -> Examples:
    inputs = np.ascontiguousarray(split.inputs[rows])
    return Examples(inputs, names[split.labels[rows]].astype(np.int64))


def _demand(name: str, what: str, wanted: int, there: int) -> None:
    if wanted > there:
        raise ReferenceFault(
            f"The rubric asks for {wanted:,} {what} of {name}, which has {there:,}. This is a "
            "fault of the rubric or of the data, not of the hand-in. `grader data verify` tells "
            "whether the data are whole."
        )
