"""Data sets as values: arrays with labels, and what has to be known about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """One part of a data set.

    Attributes:
        inputs: images (N, 3, H, W), uint8, or features (N, D), float64. Read-only; where it comes
            from disk it is a memory map, of which all processes share the pages.
        labels: (N,), int64: the index of each row's class. Read-only, in memory.
        file: the .npy file that `inputs` maps; None where it lives in memory.
    """

    inputs: npt.NDArray[Any]
    labels: npt.NDArray[np.int64]
    file: Path | None = None

    def __len__(self) -> int:
        """Counts the rows."""
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class DataSet:
    """A data set in parts.

    Attributes:
        name: what rubrics and commands call it.
        title: what people call it.
        classes: their names, in the order of the labels.
        validation: None where the publisher gives no such part.
        notes: facts, in sentences, that belong beside every figure measured on it.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    train: Split
    test: Split
    validation: Split | None = None
    notes: tuple[str, ...] = ()

    def parts(self) -> Iterator[tuple[str, Split]]:
        """Gives the parts that there are, by name: train, validation, test."""
        yield "train", self.train
        if self.validation is not None:
            yield "validation", self.validation
        yield "test", self.test


def split_of(inputs: npt.NDArray[Any], labels: npt.NDArray[Any], file: Path | None = None) -> Split:
    """Makes a part whose arrays cannot be written to."""
    found = np.ascontiguousarray(labels, dtype=np.int64)
    inputs.flags.writeable = False
    found.flags.writeable = False
    return Split(inputs, found, file)


def in_seeded_order(
    inputs: npt.NDArray[Any], labels: npt.NDArray[Any], seed: int
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Puts rows that come class by class into an order that says nothing about their classes.

    Without it the place of a held-out row would give its label away, and training that forgets
    to shuffle would see one class after the other. `RandomState` is frozen by NumPy's promise,
    so every machine has the same order.
    """
    order = np.random.RandomState(seed).permutation(len(labels))
    return inputs[order], labels[order]
