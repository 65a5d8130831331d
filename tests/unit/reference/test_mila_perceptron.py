"""Activations by name, and the perceptron of the Mila assignment with its cache."""

import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.named_activation import ACTIVATIONS, activation, softmax
from reference.models.softmax_perceptron import (
    backward,
    cross_entropy,
    forward,
    uniform_weights,
    zero_biases,
)

SIZES = (7, 5, 4, 3)


@pytest.fixture
def network(rng):
    weights = uniform_weights(SIZES, rng)
    weights |= {name: rng.normal(size=b.shape) for name, b in zero_biases(SIZES).items()}
    return weights, rng.normal(size=(6, 7)), np.eye(3)[[0, 2, 1, 1, 0, 2]]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_derivative_agrees_with_differences(rng, name):
    function, derivative = activation(name)
    z = rng.normal(size=(4, 5))
    numerical = (function(z + 1e-6) - function(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(derivative(z), numerical, rtol=1e-7, atol=1e-9)


@pytest.mark.torch
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_agrees_with_pytorch(rng, name):
    torch = pytest.importorskip("torch")
    function, derivative = activation(name)
    z = torch.tensor(10 * rng.normal(size=(4, 5)), requires_grad=True)
    out = getattr(torch, name)(z)
    (slope,) = torch.autograd.grad(out.sum(), z)
    np.testing.assert_allclose(
        function(z.detach().numpy()), out.detach().numpy(), rtol=1e-9, atol=1e-15
    )
    np.testing.assert_allclose(derivative(z.detach().numpy()), slope.numpy(), rtol=1e-9, atol=1e-15)


def test_values_that_are_known():
    assert [float(f(np.array(0.0))) for f, _ in ACTIVATIONS.values()] == [0, 0, 0.5]
    assert [float(d(np.array(0.0))) for _, d in ACTIVATIONS.values()] == [0, 1, 0.25]
    np.testing.assert_allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]])
    np.testing.assert_allclose(softmax(np.array([1e4, 1e4, -1e4])), [0.5, 0.5, 0])


def test_an_unknown_activation_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'gelu' is not an activation; known are relu, tanh, sig"):
        activation("gelu")


def test_weights_fill_the_range_of_the_first_layer_in_every_layer(rng):
    weights = uniform_weights((784, 128, 64, 10), rng)
    for name, shape in {"W1": (784, 128), "W2": (128, 64), "W3": (64, 10)}.items():
        assert weights[name].shape == shape
        assert 0.98 / 28 < np.abs(weights[name]).max() <= 1 / 28
    assert {name: b.shape for name, b in zero_biases((784, 128, 10)).items()} == {
        "b1": (1, 128),
        "b2": (1, 10),
    }


def test_a_network_that_was_worked_by_hand():
    weights = {
        "W1": np.array([[1.0, -1.0], [2.0, 0.0]]),
        "b1": np.array([[0.0, 1.0]]),
        "W2": np.array([[np.log(2.0), 0.0], [0.0, 0.0]]),
        "b2": np.zeros((1, 2)),
    }
    # Z1 = (1 + 2 - 2, -1 + 1) = (1, 0), A1 = Z1, Z2 = (log 2, 0), A2 = (2, 1) / 3
    cache = forward(weights, np.array([[3.0, -1.0]]), "relu")
    np.testing.assert_allclose(cache["Z1"], [[1, -2]])
    np.testing.assert_allclose(cache["A1"], [[1, 0]])
    np.testing.assert_allclose(cache["A2"], [[2 / 3, 1 / 3]])
    labels = np.array([[0.0, 1.0]])
    assert cross_entropy(cache["A2"], labels) == pytest.approx(np.log(3))
    grads = backward(weights, cache, labels, "relu")
    # dZ2 = (2/3, -2/3), dW2 = A1^T dZ2, dA1 = dZ2 W2^T = (2/3 log 2, 0)
    np.testing.assert_allclose(grads["dW2"], [[2 / 3, -2 / 3], [0, 0]])
    np.testing.assert_allclose(grads["dA1"], [[2 / 3 * np.log(2), 0]])
    np.testing.assert_allclose(grads["dW1"], [[2 * np.log(2), 0], [-2 / 3 * np.log(2), 0]])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradients_agree_with_differences(network, name):
    weights, x, labels = network
    grads = backward(weights, forward(weights, x, name), labels, name)
    last = f"A{len(weights) // 2}"
    for each in weights:

        def loss(value, each=each):
            out = forward({**weights, each: value}, x, name)[last]
            return np.array(cross_entropy(out, labels))

        numerical = numerical_gradient(loss, weights[each], np.array(1.0))
        np.testing.assert_allclose(grads["d" + each], numerical, rtol=1e-6, atol=1e-9)


@pytest.mark.torch
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_it_agrees_with_pytorch(network, name):
    torch = pytest.importorskip("torch")
    weights, x, labels = network
    tensors = {key: torch.tensor(value, requires_grad=True) for key, value in weights.items()}
    hidden, kept = torch.tensor(x), {}
    for i in (1, 2, 3):
        kept[f"dZ{i}"] = z = hidden @ tensors[f"W{i}"] + tensors[f"b{i}"]
        kept[f"dA{i}"] = hidden = getattr(torch, name)(z)
    loss = torch.nn.functional.cross_entropy(z, torch.tensor(labels.argmax(1)), reduction="none")
    grads = backward(weights, forward(weights, x, name), labels, name)
    wanted = [key for key in grads if key[1] in "AZ"]
    each_own = torch.autograd.grad(loss.sum(), [kept[key] for key in wanted], retain_graph=True)
    averaged = torch.autograd.grad(loss.mean(), list(tensors.values()))
    for key, expected in zip(
        [*wanted, *("d" + key for key in tensors)], (*each_own, *averaged), strict=True
    ):
        np.testing.assert_allclose(grads[key], expected.numpy(), rtol=1e-10, atol=1e-14)


def test_a_certain_prediction_has_no_loss_and_an_impossible_one_is_bounded_by_eps():
    assert cross_entropy(np.array([[1.0, 0.0]]), np.array([[1.0, 0.0]])) == 0
    bounded = cross_entropy(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), eps=1e-3)
    assert bounded == pytest.approx(np.log(1000))
    with pytest.raises(ValueError, match=r"labels has shape \(1, 3\); expected \(1, 2\), one row"):
        cross_entropy(np.array([[0.5, 0.5]]), np.ones((1, 3)))
