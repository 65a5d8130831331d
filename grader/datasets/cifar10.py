"""CIFAR-10 from its Python version: five training batches and a test batch, as pickles.

Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.datasets.batch_pickle import read_batch_pickle
from grader.datasets.faults import DataSetError
from grader.datasets.model import DataSet, split_of
from grader.datasets.source_files import files_in
from grader.plain_text import quote, quote_some

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
TRAIN_COUNT = 50_000
TEST_COUNT = 10_000

_TRAIN_FILES = tuple(f"data_batch_{number}" for number in range(1, 6))
_FILES = (*_TRAIN_FILES, "test_batch", "batches.meta")

# SHA-256 of the published training set: of each image its label (1 byte), then its pixels (3,072).
_TRAIN_SHA256 = "a0181da372c0d63a5920fdbea2ec3f83ecbc552d378218e1cb473cf634941a3b"

Arrays = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]


def read_cifar10(
    source: Path, classes: Sequence[str] = CLASSES, name: str = "cifar10", title: str = "CIFAR-10"
) -> DataSet:
    """Reads `cifar-10-batches-py`: the folder, one that holds it, or its .tar.gz.

    Args:
        source: where it is.
        classes: which of the ten to keep; labels follow their order.
        name: what to call the data set.
        title: what people call it.

    Returns:
        Images (N, 3, 32, 32), uint8, in their published order.

    Raises:
        DataSetError: a file is missing, there twice, damaged, or no batch.
    """
    batches = _batches(source)
    parts = [_arrays(batches[file], file) for file in _TRAIN_FILES]
    images = np.concatenate([part[0] for part in parts])
    labels = np.concatenate([part[1] for part in parts])
    test_images, test_labels = _arrays(batches["test_batch"], "test_batch")
    notes = (_train_note(images, labels), *_test_notes(test_labels))
    if tuple(classes) != CLASSES:
        kept = ", ".join(classes)
        notes += (f"Only {len(classes)} of the 10 classes are kept: {kept}.",)
        images, labels = _only(images, labels, classes)
        test_images, test_labels = _only(test_images, test_labels, classes)
    return DataSet(
        name,
        title,
        tuple(classes),
        split_of(images, labels),
        split_of(test_images, test_labels),
        notes=notes,
    )


def _batches(source: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for parts, content in files_in(source, lambda parts: parts[-1] in _FILES and len(parts) < 4):
        file = parts[-1]
        if file in found:
            raise DataSetError(
                f"{quote(source.name)} holds {quote(file)} more than once. Give the one folder "
                "cifar-10-batches-py that is meant."
            )
        if file in _FILES:
            found[file] = read_batch_pickle(content, file)
    missing = [file for file in _FILES if file not in found]
    if missing:
        raise DataSetError(
            f"{quote(source.name)} does not hold {quote_some(missing)}. Give the folder "
            "cifar-10-batches-py or cifar-10-python.tar.gz: the Python version of CIFAR-10 from "
            "https://www.cs.toronto.edu/~kriz/cifar.html."
        )
    names = found["batches.meta"].get("label_names")
    told = [_plain(one) for one in names] if isinstance(names, list) else names
    if told != list(CLASSES):
        raise DataSetError(
            "'batches.meta' names other classes than CIFAR-10 has. Give the Python version of "
            "CIFAR-10, not of CIFAR-100 or of a data set of your own."
        )
    return found


def _plain(text: object) -> object:
    return text.decode("latin-1") if isinstance(text, bytes) else text


def _arrays(batch: dict[str, Any], file: str) -> Arrays:
    """Takes images (N, 3, 32, 32) and labels (N,) from a batch."""
    rows, labels = batch.get("data"), batch.get("labels")
    if not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.shape[1] != 3 * 32 * 32:
        raise DataSetError(_no_batch(file, "its 'data' are not rows of 3,072 bytes"))
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise DataSetError(_no_batch(file, "its 'labels' are no list of whole numbers"))
    if len(labels) != len(rows) or not len(rows):
        raise DataSetError(_no_batch(file, f"it has {len(rows):,} images, {len(labels):,} labels"))
    if min(labels) < 0 or max(labels) >= len(CLASSES):
        wrong = min(labels) if min(labels) < 0 else max(labels)
        raise DataSetError(_no_batch(file, f"it has a label {wrong}, but labels are 0 to 9"))
    return rows.reshape(-1, 3, 32, 32), np.array(labels, dtype=np.int64)


def _no_batch(file: str, why: str) -> str:
    return (
        f"{quote(file)} is no batch of CIFAR-10: {why}. Download the Python version of CIFAR-10 "
        "again."
    )


def train_sha256(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64]) -> str:
    """Hashes images and labels in the layout of the binary version of CIFAR-10."""
    digest = hashlib.sha256()
    for start in range(0, len(labels), 10_000):  # in pieces, to copy little
        piece = slice(start, start + 10_000)
        rows = images[piece].reshape(-1, 3 * 32 * 32)
        records = np.concatenate([labels[piece, None].astype(np.uint8), rows], axis=1)
        digest.update(records.tobytes())
    return digest.hexdigest()


def _train_note(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64]) -> str:
    if train_sha256(images, labels) == _TRAIN_SHA256:
        return "The training images and labels are verified: they are the published ones, in order."
    return (
        f"The {len(labels):,} training images and labels differ from the {TRAIN_COUNT:,} published "
        "ones."
    )


def _test_notes(labels: npt.NDArray[np.int64]) -> tuple[str, ...]:
    if len(labels) == TEST_COUNT:
        return ("The test images were counted, not compared with the published ones.",)
    each = TEST_COUNT // len(CLASSES)
    lacking = each - np.bincount(labels, minlength=len(CLASSES))
    if lacking.min() < 0:
        return (f"There are {len(labels):,} test images; {TEST_COUNT:,} were published.",)
    per_class = " ".join(map(str, lacking))
    return (
        f"{lacking.sum():,} of the {TEST_COUNT:,} test images are missing (per class {per_class}), "
        "and the order is not the official one.",
    )


def _only(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64], classes: Sequence[str]
) -> Arrays:
    """Keeps the rows of some classes and numbers these anew."""
    new = np.full(len(CLASSES), -1, dtype=np.int64)
    new[[CLASSES.index(name) for name in classes]] = np.arange(len(classes))
    kept = new[labels] >= 0
    return images[kept], new[labels[kept]]
