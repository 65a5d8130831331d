"""The Mila hand-in: the template's names and signatures, and layers that fit together."""

import importlib.util
import inspect
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

ROOT = Path(__file__).parents[3]
FILE = Path("mila_ift6135_hw1") / "hw1" / "solution.py"


def load(folder):
    spec = importlib.util.spec_from_file_location(f"mila_{folder.name}", folder / FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def template():
    return load(ROOT / "student_template")


@pytest.fixture(scope="module")
def solution():
    return load(ROOT / "reference" / "handins")


def own(module):
    return {name: each for name, each in vars(module).items() if _is_own(each, module)}


def _is_own(each, module):
    return getattr(each, "__module__", "") == module.__name__ and not each.__name__.startswith("_")


def parameters(function):
    return [(each.name, each.default) for each in inspect.signature(function).parameters.values()]


def test_the_solution_has_the_names_and_signatures_of_the_template(template, solution):
    asked, given = own(template), own(solution)
    assert asked.keys() == given.keys()
    assert len(asked) == 8
    for name, each in asked.items():
        assert parameters(each) == parameters(given[name])
        methods = {k: v for k, v in vars(each).items() if inspect.isfunction(v)}
        for method in methods:
            # The blocks of a network and the layers of a Sequential are the reference's affair.
            if method not in ("__init__", "_create_layer") and name not in ("ResNet18", "MLP"):
                theirs = getattr(given[name], method)
                assert parameters(methods[method]) == parameters(theirs), f"{name}.{method}"


def test_what_is_not_written_yet_says_so(template):
    x = np.ones((2, 784))
    network = template.NN()
    for run in (
        network.initialize_weights,
        *(lambda f=f: f(x) for f in (network.relu, network.softmax, network.forward)),
        template.Convolution2dLayer().initialize_weights,
        lambda: template.MaxPooling2dLayer().forward(x),
        lambda: template.ResidualBlock(1, 1),
        lambda: template.train_loop(*[None] * 5),
    ):
        with pytest.raises(NotImplementedError, match=r"^[123]\.\d: \w"):
            run()


def test_a_step_of_gradient_descent_lowers_the_loss(solution):
    network = solution.NN(activation="tanh", lr=0.5, seed=0)
    network.initialize_weights()
    rng = np.random.default_rng(1)
    x, labels = rng.normal(size=(8, 784)), np.eye(10)[rng.integers(10, size=8)]
    losses = []
    for _ in range(5):
        cache = network.forward(x)
        losses.append(network.loss(cache["A3"], labels))
        network.update(network.backward(cache, labels))
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.8 * losses[0]


def test_the_convolution_feeds_the_pooling_and_gradients_come_back(solution):
    convolution, pooling = solution.Convolution2dLayer(seed=0), solution.MaxPooling2dLayer()
    convolution.initialize_weights()
    assert np.abs(convolution.weights["W"]).max() <= 1 / 3
    out = pooling.forward(convolution.forward(np.ones((2, 1, 32, 32))))
    assert out.shape == (2, 64, 15, 15)
    grads = convolution.backward(pooling.backward(np.ones(out.shape)))
    # Each of 225 gradients of 1 for each image meets one window of ones.
    assert grads["dW"].shape == (64, 1, 3, 3)
    np.testing.assert_allclose(grads["dW"], 450)
    np.testing.assert_allclose(grads["db"], 450)
