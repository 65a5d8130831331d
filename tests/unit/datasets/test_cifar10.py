"""CIFAR-10 from its pickles: complete, in part, or refused with a sentence."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.datasets import cifar10
from grader.datasets.cifar10 import read_cifar10, train_sha256
from grader.datasets.faults import DataSetError

from .conftest import CIFAR_CLASSES, batch_of, meta_of, write_pickle


def change(folder: Path, file: str, **items: Any) -> None:
    batch = batch_of(0)
    batch.update({key.encode(): value for key, value in items.items()})
    write_pickle(folder / file, batch)


def test_images_and_labels_are_those_of_the_batches_in_their_order(cifar: Path) -> None:
    found = read_cifar10(cifar)
    assert (found.name, found.title) == ("cifar10", "CIFAR-10")
    assert found.classes == tuple(CIFAR_CLASSES)
    assert found.train.inputs.shape == (100, 3, 32, 32)
    assert found.test.inputs.shape == (20, 3, 32, 32)
    assert found.train.inputs.dtype == np.uint8
    assert found.train.labels.dtype == np.int64
    assert found.validation is None
    assert found.train.file is None
    third = batch_of(2)
    np.testing.assert_array_equal(found.train.inputs[40:60].reshape(20, 3072), third[b"data"])
    assert found.train.labels[40:60].tolist() == third[b"labels"]
    np.testing.assert_array_equal(found.test.inputs.reshape(20, 3072), batch_of(5)[b"data"])


def test_the_arrays_cannot_be_written_to(cifar: Path) -> None:
    found = read_cifar10(cifar)
    for array in (found.train.inputs, found.train.labels, found.test.inputs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("suffix", [".tar.gz", ".zip"])
def test_an_archive_and_the_folder_above_give_the_same(
    cifar: Path, pack: Callable[[Path, str], Path], suffix: str
) -> None:
    expected = read_cifar10(cifar)
    for source in (pack(cifar, suffix), cifar.parent):
        if source == cifar.parent:
            pack(cifar, suffix).unlink()
        found = read_cifar10(source)
        np.testing.assert_array_equal(found.train.inputs, expected.train.inputs)
        np.testing.assert_array_equal(found.test.labels, expected.test.labels)


def test_missing_test_images_are_a_stated_fact(cifar: Path) -> None:
    assert read_cifar10(cifar).notes == (
        "The 100 training images and labels differ from the 50,000 published ones.",
        "9,980 of the 10,000 test images are missing (per class 998 998 998 998 998 998 998 998 "
        "998 998), and the order is not the official one.",
    )


def test_a_complete_test_part_is_counted_and_no_more_is_claimed(cifar: Path) -> None:
    rows = np.zeros((10_000, 3072), dtype=np.uint8)
    change(cifar, "test_batch", data=rows, labels=[row % 10 for row in range(10_000)])
    assert read_cifar10(cifar).notes[1:] == (
        "The test images were counted, not compared with the published ones.",
    )


def test_too_many_test_images_are_a_stated_fact_too(cifar: Path) -> None:
    rows = np.zeros((1001, 3072), dtype=np.uint8)
    change(cifar, "test_batch", data=rows, labels=[3] * 1001)
    assert read_cifar10(cifar).notes[1:] == ("There are 1,001 test images; 10,000 were published.",)


def test_training_images_with_the_published_hash_are_verified(
    cifar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_cifar10(cifar)
    digest = train_sha256(found.train.inputs, found.train.labels)
    monkeypatch.setattr(cifar10, "_TRAIN_SHA256", digest)
    verified = "The training images and labels are verified: they are the published ones, in order."
    assert read_cifar10(cifar).notes[0] == verified
    labels = batch_of(0)[b"labels"]
    change(cifar, "data_batch_1", labels=[*labels[:-1], (labels[-1] + 1) % 10])
    assert "differ from the 50,000 published ones" in read_cifar10(cifar).notes[0]


def test_some_classes_are_kept_and_numbered_in_the_order_asked_for(cifar: Path) -> None:
    whole = read_cifar10(cifar)
    found = read_cifar10(cifar, ("dog", "airplane"), "two", "Two")
    assert (found.name, found.title, found.classes) == ("two", "Two", ("dog", "airplane"))
    for new, old in ((0, 5), (1, 0)):
        np.testing.assert_array_equal(
            found.train.inputs[found.train.labels == new],
            whole.train.inputs[whole.train.labels == old],
        )
    assert len(found.train) == 20
    assert len(found.test) == 4
    assert found.notes[-1] == "Only 2 of the 10 classes are kept: dog, airplane."


def test_missing_files_are_named(cifar: Path) -> None:
    (cifar / "data_batch_3").unlink()
    (cifar / "batches.meta").unlink()
    sentence = (
        "'cifar-10-batches-py' does not hold 'data_batch_3', 'batches.meta'. Give the folder "
        "cifar-10-batches-py or cifar-10-python.tar.gz: the Python version of CIFAR-10 from "
        r"https://www.cs.toronto.edu/~kriz/cifar.html."
    )
    with pytest.raises(DataSetError, match=sentence):
        read_cifar10(cifar)


def test_a_single_file_is_not_enough(cifar: Path, magic: Path) -> None:
    for source in (cifar / "data_batch_1", magic):
        with pytest.raises(DataSetError, match="does not hold 'data_batch_"):
            read_cifar10(source)


def test_two_copies_are_refused(cifar: Path) -> None:
    other = cifar.parent / "again"
    other.mkdir()
    (other / "test_batch").write_bytes((cifar / "test_batch").read_bytes())
    sentence = (
        "'published' holds 'test_batch' more than once. Give the one folder cifar-10-batches-py "
        "that is meant."
    )
    with pytest.raises(DataSetError, match=sentence):
        read_cifar10(cifar.parent)


@pytest.mark.parametrize("classes", [CIFAR_CLASSES[::-1], [*CIFAR_CLASSES, "train"], []])
def test_other_classes_are_another_data_set(cifar: Path, classes: list[str]) -> None:
    write_pickle(cifar / "batches.meta", meta_of(classes))
    with pytest.raises(DataSetError, match=r"'batches.meta' names other classes than CIFAR-10 has"):
        read_cifar10(cifar)
    (cifar / "batches.meta").write_bytes(pickle.dumps({b"fine_label_names": []}, protocol=2))
    with pytest.raises(DataSetError, match="not of CIFAR-100 or of a data set of your own"):
        read_cifar10(cifar)


ROWS = np.zeros((20, 3072), dtype=np.uint8)


@pytest.mark.parametrize(
    ("items", "why"),
    [
        ({"data": ROWS[:, :-1]}, "its 'data' are not rows of 3,072 bytes"),
        ({"data": ROWS.ravel()}, "its 'data' are not rows of 3,072 bytes"),
        ({"data": [1, 2]}, "its 'data' are not rows of 3,072 bytes"),
        ({"labels": [b"1"] * 20}, "its 'labels' are no list of whole numbers"),
        ({"labels": [True] * 20}, "its 'labels' are no list of whole numbers"),
        ({"labels": b"12"}, "its 'labels' are no list of whole numbers"),
        ({"labels": [1] * 19}, "it has 20 images, 19 labels"),
        ({"data": ROWS[:0], "labels": []}, "it has 0 images, 0 labels"),
        ({"labels": [0] * 19 + [10]}, "it has a label 10, but labels are 0 to 9"),
        ({"labels": [0] * 19 + [-1]}, "it has a label -1, but labels are 0 to 9"),
        ({"labels": [0] * 19 + [2**70]}, "it has a label 1180591620717411303424, but"),
    ],
)
def test_a_batch_that_is_none_is_refused(cifar: Path, items: dict[str, Any], why: str) -> None:
    change(cifar, "data_batch_4", **items)
    with pytest.raises(DataSetError, match=f"'data_batch_4' is no batch of CIFAR-10: {why}"):
        read_cifar10(cifar)


def test_a_truncated_batch_is_named(cifar: Path) -> None:
    whole = (cifar / "data_batch_2").read_bytes()
    (cifar / "data_batch_2").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataSetError, match="'data_batch_2' is damaged, or no batch of CIFAR-10"):
        read_cifar10(cifar)
