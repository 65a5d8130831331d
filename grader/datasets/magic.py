"""MAGIC: showers of particles that a gamma telescope saw, as ten numbers each.

Bock, "MAGIC Gamma Telescope", UCI Machine Learning Repository, 2004.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt

from grader.datasets.faults import DataSetError
from grader.datasets.model import DataSet, in_seeded_order, split_of
from grader.datasets.source_files import files_in
from grader.plain_text import clean_text, quote

FEATURES = 10
CLASSES = ("gamma", "hadron")
PUBLISHED = (12_332, 6_688)  # rows of each class
TEST_FRACTION = 0.2
SPLIT_SEED = 0

_LABELS = {"g": 0, "h": 1}
_FILE = "magic04.data"


def read_magic(source: Path) -> DataSet:
    """Reads `magic04.data`: the file, a folder or an archive that holds it.

    Returns:
        Features (N, 10), float64, as published, not normalised; a fifth of each class is the
        test part, which the publisher does not give.

    Raises:
        DataSetError: the file is missing, damaged, or not of this form.
    """
    found = [content for _, content in files_in(source, lambda parts: parts[-1] == _FILE)]
    if len(found) != 1:
        held = "does not hold" if not found else f"holds {len(found)} files"
        raise DataSetError(
            f"{quote(source.name)} {held} {_FILE!r}. Give the one file, from "
            "https://archive.ics.uci.edu/dataset/159/magic+gamma+telescope."
        )
    features, labels = _rows(found[0])
    counts = np.bincount(labels, minlength=len(CLASSES))
    if counts.min() < 2:
        raise DataSetError(
            f"{_FILE!r} has {counts[0]:,} rows of class g and {counts[1]:,} of class h; both are "
            "needed for training and for testing. Download it again."
        )
    notes: tuple[str, ...] = (
        "The publisher gives no test part: 20 % of each class were drawn for it, always the same.",
    )
    if tuple(counts) != PUBLISHED:
        notes += (
            f"There are {counts[0]:,} rows of class g and {counts[1]:,} of class h; "
            f"{PUBLISHED[0]:,} and {PUBLISHED[1]:,} were published.",
        )
    train, test = _divided(labels)
    return DataSet(
        "magic",
        "MAGIC gamma telescope",
        CLASSES,
        split_of(features[train], labels[train]),
        split_of(features[test], labels[test]),
        notes=notes,
    )


def _rows(content: bytes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    features, labels = [], []
    text = content.decode("ascii", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        cells = line.split(",")
        numbers = _numbers(cells[:-1])
        label = _LABELS.get(cells[-1].strip())
        if len(numbers) != FEATURES or label is None:
            raise DataSetError(
                f"Line {number:,} of {_FILE!r} is {quote(clean_text(line, 100))}, not {FEATURES} "
                "numbers and then g or h. Download it again."
            )
        features.append(numbers)
        labels.append(label)
    return np.array(features).reshape(-1, FEATURES), np.array(labels, dtype=np.int64)


def _numbers(cells: list[str]) -> list[float]:
    """Reads numbers; none where one of them is none."""
    try:
        numbers = [float(cell) for cell in cells]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def _divided(labels: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draws the test rows of each class; gives the numbers of training and test rows."""
    rows, _ = in_seeded_order(np.arange(len(labels)), labels, SPLIT_SEED)
    is_test = np.zeros(len(labels), dtype=bool)
    for label in range(len(CLASSES)):
        of_class = rows[labels[rows] == label]
        is_test[of_class[: max(1, round(TEST_FRACTION * len(of_class)))]] = True
    # In the order that was drawn, in which the classes are mixed.
    return rows[~is_test[rows]], rows[is_test[rows]]
