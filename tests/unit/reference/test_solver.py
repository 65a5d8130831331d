import numpy as np
import pytest

from reference.models import convnet, fully_connected
from reference.solver import accuracy, train


def test_a_two_layer_network_learns_fifty_random_images_by_heart(rng):
    x, y = rng.normal(size=(50, 3, 8, 8)), rng.integers(10, size=50)
    params = fully_connected.initial_parameters((192, 40, 10), 1e-2, rng.standard_normal)
    stages = fully_connected.stages(2)
    fit = train(stages, params, x, y, rng, steps=120, batch_size=25, learning_rate=1e-2)
    assert len(fit.losses) == 120
    assert fit.losses[0] == pytest.approx(np.log(10), rel=0.1)
    assert fit.losses[-1] < 0.05
    assert accuracy(stages, fit.params, x, y) == 1.0


def test_a_convolutional_network_learns_a_few_random_images_by_heart(rng):
    x, y = rng.normal(size=(12, 1, 6, 6)), rng.integers(3, size=12)
    params = convnet.initial_parameters((1, 6, 6), (4, 3), (20, 3), 0.1, rng.standard_normal)
    stages = convnet.stages(3)
    fit = train(stages, params, x, y, rng, steps=100, batch_size=12, learning_rate=1e-2)
    assert accuracy(stages, fit.params, x, y) == 1.0


def test_the_same_generator_gives_the_same_run_and_the_start_is_left_as_it_was(rng):
    x, y = rng.normal(size=(10, 4)), rng.integers(3, size=10)
    start = fully_connected.initial_parameters((4, 3), 1.0, rng.standard_normal)
    before = start["W1"].copy()
    runs = [
        train(
            fully_connected.stages(1), start, x, y, np.random.default_rng(7), steps=3, batch_size=4
        )
        for _ in range(2)
    ]
    assert runs[0].losses == runs[1].losses
    np.testing.assert_array_equal(start["W1"], before)


@pytest.mark.parametrize("name", ["steps", "batch_size"])
def test_a_run_of_nothing_is_refused(rng, name):
    with pytest.raises(ValueError, match=rf"{name} is 0; a whole number of at least 1 is needed"):
        train([], {}, np.ones((1, 1)), np.zeros(1, int), rng, **{name: 0})
