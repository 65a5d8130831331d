import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.normalization import (
    batch_norm_forward,
    batch_norm_test,
    group_norm_forward,
    layer_norm_forward,
    normalization_backward,
    normalization_backward_by_steps,
    running_average,
)


def group_norm_of_two(x, gain, bias, **settings):
    return group_norm_forward(x, gain, bias, 2, **settings)


CASES = {
    "batch norm": (batch_norm_forward, (4, 5), (5,)),
    "batch norm of two rows": (batch_norm_forward, (2, 3), (3,)),
    "batch norm of one feature": (batch_norm_forward, (6, 1), (1,)),
    "spatial batch norm": (batch_norm_forward, (2, 3, 4, 5), (3,)),
    "spatial batch norm of one image": (batch_norm_forward, (1, 2, 3, 2), (2,)),
    "layer norm": (layer_norm_forward, (4, 5), (5,)),
    "layer norm of one row": (layer_norm_forward, (1, 5), (5,)),
    "layer norm without a batch": (layer_norm_forward, (5,), (5,)),
    "layer norm of three axes": (layer_norm_forward, (2, 3, 4), (4,)),
    "group norm": (group_norm_of_two, (2, 6, 4, 5), (6,)),
    "group norm with wide parameters": (group_norm_of_two, (2, 4, 3, 2), (1, 4, 1, 1)),
    "group norm of one image": (group_norm_of_two, (1, 2, 3, 3), (1, 2, 1, 1)),
}
# As where one normalization is made of another.
BROADCAST = {
    "batch norm of rows scaled by a column": (batch_norm_forward, (5, 4), (5, 1)),
    "batch norm scaled element by element": (batch_norm_forward, (5, 4), (5, 4)),
    "layer norm scaled element by element": (layer_norm_forward, (3, 4), (3, 4)),
}


def each(cases):
    return pytest.mark.parametrize(("forward", "shape", "params"), cases.values(), ids=cases.keys())


EACH = each(CASES | BROADCAST)
BOTH = pytest.mark.parametrize(
    "backward", [normalization_backward, normalization_backward_by_steps]
)


def test_values_worked_out_by_hand():
    # Column (1, 3): mean 2, variance 1; with eps 3 the deviation is 2.
    x = np.array([[1.0], [3.0]])
    y, cache = batch_norm_forward(x, np.array([4.0]), np.array([10.0]), eps=3.0)
    np.testing.assert_array_equal(y, [[8], [12]])
    # dx_hat = (4, 0): less its mean 2, less x_hat mean(dx_hat x_hat) = -x_hat, over 2
    dx, dgain, dbias = normalization_backward(np.array([[1.0], [0.0]]), cache)
    np.testing.assert_allclose(dx, [[(2 - 0.5) / 2], [(-2 + 0.5) / 2]])
    np.testing.assert_array_equal(dgain, [-0.5])
    np.testing.assert_array_equal(dbias, [1])


@EACH
@BOTH
def test_the_gradients_agree_with_differences(rng, forward, shape, params, backward):
    x, gain, bias = (
        5 * rng.normal(size=shape) + 12,
        rng.normal(size=params),
        rng.normal(size=params),
    )
    dy = rng.normal(size=shape)
    y, cache = forward(x, gain, bias)
    assert y.shape == shape
    dx, dgain, dbias = backward(dy, cache)
    near = {"rtol": 1e-6, "atol": 1e-8}
    numerical = numerical_gradient(lambda x: forward(x, gain, bias)[0], x, dy)
    np.testing.assert_allclose(dx, numerical, **near)
    numerical = numerical_gradient(lambda gain: forward(x, gain, bias)[0], gain, dy)
    np.testing.assert_allclose(dgain, numerical, **near)
    numerical = numerical_gradient(lambda bias: forward(x, gain, bias)[0], bias, dy)
    np.testing.assert_allclose(dbias, numerical, **near)


@pytest.mark.torch
@each(CASES)
def test_they_agree_with_pytorch(rng, forward, shape, params):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    x, gain, bias = rng.normal(size=shape), rng.normal(size=params), rng.normal(size=params)
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, gain, bias)]
    flat = [tensors[0], tensors[1].reshape(-1), tensors[2].reshape(-1)]
    if forward is batch_norm_forward:
        out = functional.batch_norm(flat[0], None, None, flat[1], flat[2], training=True)
    elif forward is layer_norm_forward:
        out = functional.layer_norm(flat[0], params, flat[1], flat[2])
    else:
        out = functional.group_norm(flat[0], 2, flat[1], flat[2])
    dy = rng.normal(size=shape)
    out.backward(torch.tensor(dy))
    y, cache = forward(x, gain, bias)
    np.testing.assert_allclose(y, out.detach().numpy(), rtol=1e-11, atol=1e-12)
    for ours, theirs in zip(normalization_backward(dy, cache), tensors, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-9, atol=1e-11)


@EACH
@BOTH
def test_float32_in_is_float32_out(forward, shape, params, backward):
    y, cache = forward(*(np.ones(s, np.float32) for s in (shape, params, params)))
    assert y.dtype == np.float32
    assert all(g.dtype == np.float32 for g in backward(y, cache))


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(3, 4), (2, 4, 3, 5)])
def test_with_given_statistics_it_agrees_with_pytorch(rng, shape):
    torch = pytest.importorskip("torch")
    x, mean, gain, bias = rng.normal(size=shape), *rng.normal(size=(3, 4))
    var = rng.random(4) + 0.5
    theirs = torch.nn.functional.batch_norm(*map(torch.tensor, (x, mean, var, gain, bias)))
    y = batch_norm_test(x, mean, var, gain, bias)
    np.testing.assert_allclose(y, theirs.numpy(), rtol=1e-12, atol=1e-13)


def test_a_batch_of_one_is_normalized_to_its_bias():
    y, cache = batch_norm_forward(np.array([[3.0, -4.0]]), np.ones(2), np.array([5.0, 6.0]))
    np.testing.assert_array_equal(y, [[5, 6]])
    dx, _, _ = normalization_backward(np.ones((1, 2)), cache)
    np.testing.assert_array_equal(dx, [[0, 0]])


def test_a_running_average_keeps_the_share_that_momentum_says():
    np.testing.assert_allclose(running_average(np.array([10.0]), np.array([20.0]), 0.9), [11.0])


def test_one_group_is_layer_norm_over_the_image_and_many_are_one_for_each_channel(rng):
    x = rng.normal(size=(2, 4, 3, 3))
    ones, zeros = np.ones(4), np.zeros(4)
    whole = layer_norm_forward(x.reshape(2, -1), np.ones(36), np.zeros(36))[0].reshape(x.shape)
    np.testing.assert_allclose(group_norm_forward(x, ones, zeros, 1)[0], whole, atol=1e-13)
    each = layer_norm_forward(x.reshape(2, 4, 9), np.ones(9), np.zeros(9))[0].reshape(x.shape)
    np.testing.assert_allclose(group_norm_forward(x, ones, zeros, 4)[0], each, atol=1e-13)


def test_inputs_that_do_not_fit_are_refused():
    x, one, image = np.ones((2, 3)), np.ones(3), np.ones((1, 6, 2, 2))
    with pytest.raises(
        ValueError, match=r"x has shape \(2, 3, 1\), which is 3 axes; expected 2 or"
    ):
        batch_norm_forward(x[..., None], one, one)
    with pytest.raises(ValueError, match=r"gain has shape \(2,\); expected \(3,\), one value for"):
        batch_norm_forward(x, one[:2], one)
    with pytest.raises(ValueError, match=r"bias has shape \(2,\); expected \(3,\), one value for"):
        layer_norm_forward(x, one, one[:2])
    with pytest.raises(ValueError, match=r"mean has shape \(2,\); expected \(3,\), one value for"):
        batch_norm_test(x, one[:2], one, one, one)
    with pytest.raises(ValueError, match=r"var has shape \(2,\); expected \(3,\), one value for"):
        batch_norm_test(x, one, one[:2], one, one)
    with pytest.raises(ValueError, match=r"eps is 0; it keeps the division .* must be positive"):
        batch_norm_forward(x, one, one, eps=0)
    with pytest.raises(ValueError, match=r"x is a single number; layer normalization needs a last"):
        layer_norm_forward(np.array(1.0), one, one)
    with pytest.raises(ValueError, match=r"x has shape \(0, 3\); an empty array has no mean"):
        batch_norm_forward(x[:0], one, one)
    with pytest.raises(ValueError, match=r"6 channels cannot be split into 4 equal groups. Choose"):
        group_norm_forward(image, np.ones(6), np.ones(6), 4)
    with pytest.raises(ValueError, match=r"gain has shape \(1, 5, 1, 1\); expected \(1, 6, 1, 1\)"):
        group_norm_forward(image, np.ones((1, 5, 1, 1)), np.ones((1, 6, 1, 1)), 2)
    with pytest.raises(
        ValueError, match=r"dy has shape \(1, 3\); expected \(2, 3\), the shape of x"
    ):
        normalization_backward(x[:1], batch_norm_forward(x, one, one)[1])
