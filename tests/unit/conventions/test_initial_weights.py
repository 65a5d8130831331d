"""How far weights spread: any bell-shaped law of the right deviation, and nothing else."""

import math

import numpy as np
import pytest

from grader.conventions.convention import Computed, Subject
from grader.conventions.initial_weights import LARGEST, SMALLEST, spread

SHAPES = {"conv": (5, 5, 3, 100), "dense": (300, 40)}


def drawn(draw, seed=0):
    rng = np.random.default_rng(seed)
    return {
        name: (draw(rng, shape) * math.sqrt(2 / math.prod(shape[:-1]))).astype(np.float32)
        for name, shape in SHAPES.items()
    }


def cut_off(rng, shape):
    """A normal law that is cut off at two deviations, and scaled up to a deviation of 1."""
    x = rng.normal(size=shape)
    while (np.abs(x) > 2).any():
        x = np.where(np.abs(x) > 2, rng.normal(size=shape), x)
    return x / 0.87962566103423978


def asked(values):
    return spread(Subject("net.Net"), values)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("draw", [lambda rng, shape: rng.normal(size=shape), cut_off])
def test_the_deviation_is_told_in_units_of_the_root_of_fan_in(draw, seed):
    answer = asked(drawn(draw, seed))
    assert set(answer.outputs) == {SMALLEST, LARGEST}
    assert list(answer.outputs.values()) == pytest.approx([math.sqrt(2)] * 2, rel=0.05)


def test_one_layer_that_differs_is_the_smallest_or_the_largest():
    weights = drawn(cut_off)
    smaller = asked({**weights, "dense": weights["dense"] / 2}).outputs
    assert smaller[SMALLEST] == pytest.approx(math.sqrt(2) / 2, rel=0.05)
    assert smaller[LARGEST] == pytest.approx(math.sqrt(2), rel=0.05)


def test_vectors_and_weights_of_few_numbers_are_left_out():
    weights = drawn(cut_off)
    more = {"bias": np.zeros(5000), "few": np.ones((40, 40))}
    assert asked({**weights, **more}) == asked(weights)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.zeros((50, 50)), "dense holds no random numbers"),
        (np.full((50, 50), np.nan), "dense holds no random numbers"),
        (None, "dense holds no random numbers"),
        (np.ones((50, 50)), "the numbers of dense are uniform, or all the same"),
        (
            np.random.default_rng(0).uniform(-1, 1, (50, 50)),
            "the numbers of dense are uniform, or all the same",
        ),
        (np.zeros(3000), "there is no weight with two axes or more"),
    ],
)
def test_what_is_not_bell_shaped_is_refused(value, said):
    fault = asked({"dense": value})
    assert fault.message == f"net.Net: {said}; expected draws from a normal distribution."
    assert fault.hint == ("Draw with tf.random.normal, or give the layer an initializer of Keras.")
    assert not isinstance(fault, Computed)
