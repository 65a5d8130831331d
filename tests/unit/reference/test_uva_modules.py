"""ELU, softmax, cross-entropy, and the modules with dictionaries that are made of them."""

import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.activation import elu_backward, elu_forward
from reference.layers.probability import (
    cross_entropy,
    cross_entropy_gradient,
    softmax_backward,
    softmax_forward,
)
from reference.models.dict_modules import DictModule, Elu, Linear, Sequential, Softmax, descend

NEAR = {"rtol": 1e-7, "atol": 1e-9}
TIGHT = {"rtol": 1e-12, "atol": 1e-14}


@pytest.fixture
def one_hot(rng):
    return np.eye(4)[rng.integers(4, size=6)]


def test_elu_worked_out_by_hand():
    y, cache = elu_forward(np.array([-np.log(2), 0.0, 3.0]))
    np.testing.assert_allclose(y, [-0.5, 0, 3], **TIGHT)
    np.testing.assert_allclose(elu_backward(np.array([8.0, 8, 8]), cache), [4, 8, 8], **TIGHT)


def test_elu_of_large_numbers_is_finite():
    y, cache = elu_forward(np.array([1000.0, -1000.0]))
    assert y.tolist() == [1000, -1]
    assert elu_backward(np.ones(2), cache).tolist() == [1, 0]


def test_softmax_worked_out_by_hand():
    y, cache = softmax_forward(np.log([[1.0, 3.0]]))
    np.testing.assert_allclose(y, [[0.25, 0.75]], **TIGHT)
    # The Jacobian is 3/16 [[1, -1], [-1, 1]].
    np.testing.assert_allclose(
        softmax_backward(np.array([[16.0, 0.0]]), cache), [[3, -3]], rtol=1e-12
    )


def test_softmax_of_large_scores_is_finite_in_every_row():
    y, _ = softmax_forward(np.array([[1000.0, 1000.0], [-1000.0, -1000.0]]))
    np.testing.assert_array_equal(y, 0.5)


def test_cross_entropy_worked_out_by_hand():
    x, t = np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert cross_entropy(x, t) == pytest.approx((np.log(2) + np.log(1.25)) / 2, rel=1e-14)
    np.testing.assert_allclose(cross_entropy_gradient(x, t), [[-1, 0], [0, -0.625]], **TIGHT)


@pytest.mark.parametrize("shape", [(1, 5), (4, 3), (2, 3, 4)])
def test_the_gradient_of_elu_agrees_with_differences(rng, shape):
    x, dy = rng.normal(size=shape), rng.normal(size=shape)
    dx = elu_backward(dy, elu_forward(x)[1])
    np.testing.assert_allclose(dx, numerical_gradient(lambda x: elu_forward(x)[0], x, dy), **NEAR)


@pytest.mark.parametrize("shape", [(1, 5), (4, 3)])
def test_the_gradient_of_softmax_agrees_with_differences(rng, shape):
    x, dy = rng.normal(size=shape), rng.normal(size=shape)
    dx = softmax_backward(dy, softmax_forward(x)[1])
    numeric = numerical_gradient(lambda x: softmax_forward(x)[0], x, dy)
    np.testing.assert_allclose(dx, numeric, **NEAR)


def test_the_gradient_of_cross_entropy_agrees_with_differences(rng, one_hot):
    x = rng.uniform(0.1, 0.9, size=(6, 4))
    numeric = numerical_gradient(lambda x: np.array(cross_entropy(x, one_hot)), x, np.float64(1))
    np.testing.assert_allclose(cross_entropy_gradient(x, one_hot), numeric, **NEAR)


@pytest.mark.torch
def test_the_layers_agree_with_pytorch(rng, one_hot):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    data, dy = 3 * rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    for theirs, forward, backward in (
        (functional.elu, elu_forward, elu_backward),
        (lambda x: functional.softmax(x, dim=1), softmax_forward, softmax_backward),
    ):
        x = torch.tensor(data, requires_grad=True)
        out = theirs(x)
        out.backward(torch.tensor(dy))
        y, cache = forward(data)
        np.testing.assert_allclose(y, out.detach().numpy(), **TIGHT)
        np.testing.assert_allclose(backward(dy, cache), x.grad.numpy(), **TIGHT)
    p = torch.tensor(softmax_forward(data)[0], requires_grad=True)
    loss = functional.nll_loss(torch.log(p), torch.tensor(one_hot.argmax(axis=1)))
    loss.backward()
    values = p.detach().numpy()
    assert cross_entropy(values, one_hot) == pytest.approx(loss.item(), rel=1e-13)
    np.testing.assert_allclose(cross_entropy_gradient(values, one_hot), p.grad.numpy(), **TIGHT)


def test_float32_in_is_float32_out():
    x = np.array([[1.0, -2.0]], np.float32)
    for forward, backward in ((elu_forward, elu_backward), (softmax_forward, softmax_backward)):
        y, cache = forward(x)
        assert y.dtype == backward(x, cache).dtype == np.float32


def test_gradients_and_targets_of_another_shape_are_refused():
    x = np.full((2, 3), 0.3)
    with pytest.raises(ValueError, match=r"dy has shape \(3,\); expected \(2, 3\), the shape of x"):
        elu_backward(x[0], elu_forward(x)[1])
    with pytest.raises(ValueError, match=r"dy has shape \(1, 3\); expected \(2, 3\), the shape of"):
        softmax_backward(x[:1], softmax_forward(x)[1])
    for refuses in (cross_entropy, cross_entropy_gradient):
        with pytest.raises(
            ValueError, match=r"t has shape \(1, 3\); expected \(2, 3\), one target"
        ):
            refuses(x, x[:1])


@pytest.fixture
def network(rng):
    """A network of two linear modules whose weights are large enough to matter."""
    layers = [Linear(5, 4, 0.7, rng.standard_normal), Elu(), Linear(4, 3, 0.7, rng.standard_normal)]
    for layer in layers:
        for value in layer.params.values():
            value += rng.normal(size=value.shape, scale=0.2)
    return Sequential([*layers, Softmax()])


def test_a_linear_module_begins_with_small_weights_and_no_bias(rng):
    layer = Linear(200, 150, 0.0001, rng.standard_normal)
    assert layer.params["weight"].shape == (150, 200)
    assert layer.params["weight"].std() == pytest.approx(0.0001, rel=0.02)
    assert layer.params["bias"].shape == (1, 150)
    assert not layer.params["bias"].any()
    assert not any(grad.any() for grad in layer.grads.values())


def test_the_gradients_of_a_network_agree_with_differences(rng, network):
    x, dout = rng.normal(size=(6, 5)), rng.normal(size=(6, 3))
    network.forward(x)
    dx = network.backward(dout)
    np.testing.assert_allclose(dx, numerical_gradient(network.forward, x, dout), **NEAR)
    for layer in network.layers:
        for name, own in layer.params.items():

            def output(value, layer=layer, name=name):
                layer.params[name] = value
                return network.forward(x)

            numeric = numerical_gradient(output, own, dout)
            layer.params[name] = own
            np.testing.assert_allclose(layer.grads[name], numeric, **NEAR)


def test_a_step_of_descent_goes_against_the_gradient_in_place(rng, network):
    x = rng.normal(size=(6, 5))
    network.forward(x)
    network.backward(np.ones((6, 3)) * [1, 0, 0])
    weight = network.layers[0].params["weight"]
    before, grad = weight.copy(), network.layers[0].grads["weight"]
    descend(network, 0.1)
    assert weight is network.layers[0].params["weight"]
    np.testing.assert_allclose(weight, before - 0.1 * grad, **TIGHT)


def test_a_module_without_a_task_passes_everything_on():
    module, x = DictModule(), np.ones((2, 3))
    assert module.forward(x) is x
    assert module.backward(x) is x
