"""The data set that is made: its form, its draw, and how little simple means tell of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from grader.datasets.faults import DataSetError
from grader.datasets.model import DataSet
from grader.datasets.synthetic import make_synthetic

Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def synthetic() -> DataSet:
    return make_synthetic()


def test_it_has_the_form_of_cifar(synthetic: DataSet) -> None:
    assert synthetic.name == "synthetic"
    assert synthetic.train.inputs.shape == (6_000, 3, 32, 32)
    assert synthetic.test.inputs.shape == (2_000, 3, 32, 32)
    assert synthetic.train.inputs.dtype == np.uint8
    assert synthetic.train.labels.dtype == np.int64
    assert len(synthetic.classes) == 10
    assert synthetic.validation is None
    assert synthetic.train.file is None
    assert not synthetic.train.inputs.flags.writeable


def test_the_classes_are_equally_frequent_and_mixed(synthetic: DataSet) -> None:
    assert np.bincount(synthetic.train.labels).tolist() == [600] * 10
    assert np.bincount(synthetic.test.labels).tolist() == [200] * 10
    assert len(set(synthetic.test.labels[:100].tolist())) == 10


def test_the_same_seed_gives_the_same_images_and_another_one_others() -> None:
    first = make_synthetic(10, 20, 10, seed=3)
    make_synthetic.cache_clear()
    again, other = make_synthetic(10, 20, 10, seed=3), make_synthetic(10, 20, 10, seed=4)
    np.testing.assert_array_equal(first.train.inputs, again.train.inputs)
    np.testing.assert_array_equal(first.test.labels, again.test.labels)
    assert (first.train.inputs != other.train.inputs).mean() > 0.5


def test_no_test_image_is_a_training_image(synthetic: DataSet) -> None:
    train = {image.tobytes() for image in synthetic.train.inputs}
    assert not any(image.tobytes() in train for image in synthetic.test.inputs)


def test_it_is_made_once() -> None:
    assert make_synthetic() is make_synthetic()


def test_fewer_classes_are_the_first_ones() -> None:
    found = make_synthetic(3, 30, 9)
    assert found.classes == ("pattern 0", "pattern 1", "pattern 2")
    assert set(found.train.labels.tolist()) == {0, 1, 2}


@pytest.mark.parametrize("asked", [(1, 30, 30), (11, 30, 30), (3, 2, 30), (3, 30, 2)])
def test_what_cannot_be_made_is_refused(asked: tuple[int, int, int]) -> None:
    sentence = (
        "The synthetic data set has 2 to 10 classes and at least one image of each in each part; "
        f"{asked[0]} classes, {asked[1]} training and {asked[2]} test images were asked for."
    )
    with pytest.raises(DataSetError, match=sentence):
        make_synthetic(*asked)


def fitted_accuracy(train: Floats, test: Floats, dataset: DataSet) -> float:
    """Accuracy on the test part of a linear least-squares classifier, with a ridge."""
    mean, spread = train.mean(axis=0), train.std(axis=0) + 1e-9
    rows = np.c_[(train - mean) / spread, np.ones(len(train))]
    ridge = 0.3 * len(rows) * np.eye(rows.shape[1])
    weights = np.linalg.solve(rows.T @ rows + ridge, rows.T @ np.eye(10)[dataset.train.labels])
    scores = np.c_[(test - mean) / spread, np.ones(len(test))] @ weights
    return float((scores.argmax(axis=1) == dataset.test.labels).mean())


def small(images: npt.NDArray[Any]) -> Floats:
    """Means over 4 × 4 pixels, in which smooth light is left: (N, 192)."""
    found: Floats = images.reshape(-1, 3, 8, 4, 8, 4).mean(axis=(3, 5)).reshape(len(images), -1)
    return found


def test_the_mean_colour_tells_almost_nothing(synthetic: DataSet) -> None:
    colours = [part.inputs.mean(axis=(2, 3)) for part in (synthetic.train, synthetic.test)]
    squares = [np.c_[colour, (colour - 120) ** 2] for colour in colours]
    assert 0.10 <= fitted_accuracy(squares[0], squares[1], synthetic) < 0.2


def test_a_linear_classifier_does_poorly_to_middling(synthetic: DataSet) -> None:
    train, test = (small(part.inputs) for part in (synthetic.train, synthetic.test))
    assert 0.3 < fitted_accuracy(train, test, synthetic) < 0.45


def test_a_mirrored_image_is_one_of_the_same_class() -> None:
    split = make_synthetic(train=6_000, test=10, seed=3).train
    images = split.inputs.mean(axis=1, dtype=np.float64)
    for label in range(10):
        own = images[split.labels == label]
        mean, noise = own.mean(axis=0), own.std(axis=0) / np.sqrt(len(own))
        assert np.abs((mean - mean[:, ::-1]) / noise).mean() < 2
        power = (np.abs(np.fft.fft2(own - own.mean(axis=(1, 2), keepdims=True))) ** 2).mean(axis=0)
        mirrored = np.roll(power[:, ::-1], 1, axis=1)
        assert np.abs(power - mirrored).sum() < 0.2 * power.sum()
