import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.loss import softmax_cross_entropy
from reference.models import chain, convnet, fully_connected


def check_gradients(stages, params, x, y, reg, **near):
    _, grads = chain.loss_and_gradients(stages, params, x, y, softmax_cross_entropy, reg)
    assert grads.keys() == params.keys()
    for name, value in params.items():

        def loss(value, name=name):
            changed = {**params, name: value}
            return chain.loss_and_gradients(stages, changed, x, y, softmax_cross_entropy, reg)[0]

        numerical = numerical_gradient(loss, value, np.float64(1))
        np.testing.assert_allclose(grads[name], numerical, err_msg=name, **near)


@pytest.mark.parametrize("normalization", [None, "batchnorm", "layernorm"])
@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_gradients_of_a_fully_connected_network_agree_with_differences(rng, normalization, reg):
    params = fully_connected.initial_parameters(
        (6, 5, 4, 3), 0.5, rng.standard_normal, normalized=normalization is not None
    )
    stages = fully_connected.stages(3, normalization)
    x, y = rng.normal(size=(4, 6)), rng.integers(3, size=4)
    check_gradients(stages, params, x, y, reg, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("image", [(2, 6, 6), (1, 5, 8)])
def test_gradients_of_a_convolutional_network_agree_with_differences(rng, image):
    params = convnet.initial_parameters(image, (3, 3), (5, 4), 0.3, rng.standard_normal)
    x, y = rng.normal(size=(2, *image)), rng.integers(4, size=2)
    check_gradients(convnet.stages(3), params, x, y, 0.1, rtol=1e-5, atol=1e-8)


@pytest.mark.torch
def test_a_convolutional_network_agrees_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    params = convnet.initial_parameters((3, 8, 6), (4, 5), (7, 10), 0.3, rng.standard_normal)
    x, y = rng.normal(size=(5, 3, 8, 6)), rng.integers(10, size=5)
    t = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    functional = torch.nn.functional
    h = functional.conv2d(torch.tensor(x), t["W1"], t["b1"], padding=2)
    h = functional.max_pool2d(torch.relu(h), 2).flatten(1)
    h = torch.relu(h @ t["W2"] + t["b2"]) @ t["W3"] + t["b3"]
    theirs = functional.cross_entropy(h, torch.tensor(y))
    theirs.backward()
    stages = convnet.stages(5)
    loss, grads = chain.loss_and_gradients(stages, params, x, y, softmax_cross_entropy)
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    for name, tensor in t.items():
        np.testing.assert_allclose(grads[name], tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_the_gradient_of_the_input_comes_back_too():
    w, b = np.array([[2.0], [3.0]]), np.zeros(1)
    stages = fully_connected.stages(1)
    _, caches = chain.forward(stages, {"W1": w, "b1": b}, np.ones((1, 2)))
    dx, grads = chain.backward(stages, np.ones((1, 1)), caches)
    np.testing.assert_array_equal(dx, [[2, 3]])
    assert set(grads) == {"W1", "b1"}


def test_regularization_counts_weights_and_nothing_else():
    params = {"W1": np.array([[3.0, 4.0]]), "b1": np.array([100.0, 100.0])}
    stages, x, y = fully_connected.stages(1), np.zeros((1, 1)), np.array([0])
    loss, grads = chain.loss_and_gradients(stages, params, x, y, softmax_cross_entropy, 2.0)
    # log 2 for equal scores, and 1/2 * 2 * (9 + 16)
    assert loss == pytest.approx(np.log(2) + 25)
    np.testing.assert_array_equal(grads["W1"], [[6, 8]])


def test_initial_parameters_have_the_shapes_and_constants_they_should(rng):
    params = fully_connected.initial_parameters(
        (4, 3, 2), 1.0, rng.standard_normal, normalized=True
    )
    shapes = {name: value.shape for name, value in params.items()}
    assert shapes == {
        "W1": (4, 3),
        "b1": (3,),
        "gamma1": (3,),
        "beta1": (3,),
        "W2": (3, 2),
        "b2": (2,),
    }
    assert (params["gamma1"] == 1).all()
    assert not params["beta1"].any()
    assert not params["b1"].any()
    params = convnet.initial_parameters((3, 7, 8), (2, 5), (6, 4), 1.0, rng.standard_normal)
    assert params["W1"].shape == (2, 3, 5, 5)
    assert params["W2"].shape == (2 * 3 * 4, 6)
    assert params["W3"].shape == (6, 4)


def test_networks_that_cannot_be_are_refused(rng):
    with pytest.raises(ValueError, match=r"sizes is \(3,\); a network needs an input size and an"):
        fully_connected.initial_parameters((3,), 1.0, rng.standard_normal)
    with pytest.raises(ValueError, match=r"normalization is 'batch'; known are None, 'batchnorm'"):
        fully_connected.stages(2, "batch")
    with pytest.raises(ValueError, match=r"the filters are 4 wide; only an odd side .* Use 3 or 5"):
        convnet.initial_parameters((3, 8, 8), (2, 4), (6, 4), 1.0, rng.standard_normal)
