import numpy as np
import pytest

from reference.gradient_check import numerical_gradient, relative_error
from reference.layers.pooling import max_pool_backward, max_pool_forward

CASES = {
    "tiles": ((3, 2, 8, 8), 2, 2, 2),
    "batch of one": ((1, 1, 4, 4), 2, 2, 2),
    "overlapping": ((2, 2, 5, 5), 3, 3, 1),
    "overlapping with a margin": ((2, 2, 6, 8), 3, 3, 2),
    "margin": ((2, 1, 7, 5), 2, 2, 2),
    "gaps between windows": ((2, 1, 7, 8), 2, 2, 3),
    "not square": ((2, 3, 4, 9), 1, 4, 2),
    "the whole image": ((2, 3, 4, 5), 4, 5, 1),
    "one by one": ((2, 3, 4, 5), 1, 1, 1),
}
EACH = pytest.mark.parametrize(
    ("shape", "height", "width", "stride"), CASES.values(), ids=CASES.keys()
)


def pool(x, height=2, width=2, stride=2):
    return max_pool_forward(x, height=height, width=width, stride=stride)


def test_a_value_worked_out_by_hand():
    x = np.array([[[[1.0, 5.0, 2.0], [3.0, 4.0, 6.0], [9.0, 8.0, 7.0]]]])
    y, cache = pool(x, stride=1)
    np.testing.assert_array_equal(y, [[[[5, 6], [9, 8]]]])
    dx = max_pool_backward(np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), cache)
    np.testing.assert_array_equal(dx, [[[[0, 1, 0], [0, 0, 2], [3, 4, 0]]]])


def test_a_tie_sends_the_gradient_to_the_first_maximum():
    _, cache = pool(np.ones((1, 1, 2, 2)))
    np.testing.assert_array_equal(
        max_pool_backward(np.array([[[[5.0]]]]), cache), [[[[5, 0], [0, 0]]]]
    )


def test_overlapping_windows_add_their_gradients():
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 1
    _, cache = pool(x, stride=1)
    dx = max_pool_backward(np.ones((1, 1, 2, 2)), cache)
    assert dx[0, 0, 1, 1] == 4
    assert dx.sum() == 4


@EACH
def test_the_gradient_agrees_with_differences(rng, shape, height, width, stride):
    # A permutation has no ties, and its gaps are larger than the step.
    x = rng.permutation(np.prod(shape)).reshape(shape) / 10
    y, cache = pool(x, height, width, stride)
    dy = rng.normal(size=y.shape)
    numerical = numerical_gradient(lambda x: pool(x, height, width, stride)[0], x, dy)
    np.testing.assert_allclose(max_pool_backward(dy, cache), numerical, rtol=1e-7, atol=1e-8)


@pytest.mark.torch
@EACH
def test_it_agrees_with_pytorch(rng, shape, height, width, stride):
    torch = pytest.importorskip("torch")
    x = rng.normal(size=shape)
    tensor = torch.tensor(x, requires_grad=True)
    out = torch.nn.functional.max_pool2d(tensor, (height, width), stride)
    y, cache = pool(x, height, width, stride)
    dy = rng.normal(size=y.shape)
    out.backward(torch.tensor(dy))
    np.testing.assert_array_equal(y, out.detach().numpy())
    dx = max_pool_backward(dy, cache)
    np.testing.assert_allclose(dx, tensor.grad.numpy(), rtol=1e-13, atol=1e-14)


def test_float32_in_is_float32_out():
    y, cache = pool(np.ones((1, 1, 4, 4), np.float32))
    assert y.dtype == np.float32
    assert max_pool_backward(y, cache).dtype == np.float32


def test_shapes_that_do_not_fit_are_refused():
    x = np.ones((1, 1, 4, 4))
    with pytest.raises(ValueError, match=r"x has shape \(4, 4\), which is 2 axes; expected 4"):
        pool(x[0, 0])
    with pytest.raises(ValueError, match=r"a window of 5 does not fit an input of 4"):
        pool(x, height=5)
    with pytest.raises(ValueError, match=r"width is 0; a whole number of at least 1"):
        pool(x, width=0)
    with pytest.raises(ValueError, match=r"dy has shape .*; expected \(1, 1, 2, 2\), the shape of"):
        max_pool_backward(x, pool(x)[1])


def test_the_printed_output_of_the_assignment(layers):
    x = np.linspace(-0.3, 0.4, num=96).reshape(2, 3, 4, 4)
    settings = {"pool_width": 2, "pool_height": 2, "stride": 2}
    out, _ = layers.max_pool_forward_naive(x, settings)
    # The text lost the digits but not their error; each maximum lies at its window's lower right.
    assert relative_error(out, out.round(8)) == pytest.approx(4.1666665157267834e-08, rel=1e-6)
    np.testing.assert_array_equal(out, x[:, :, 1::2, 1::2])
    np.testing.assert_allclose(out[0, 0], [[-0.26315789, -0.24842105], [-0.20421053, -0.18947368]])


def test_the_assignments_gradient_cell(layers, seed_231):
    x, dout = np.random.randn(3, 2, 8, 8), np.random.randn(3, 2, 4, 4)
    settings = {"pool_height": 2, "pool_width": 2, "stride": 2}
    dx = layers.max_pool_backward_naive(dout, layers.max_pool_forward_naive(x, settings)[1])
    numerical = numerical_gradient(lambda x: layers.max_pool_forward_naive(x, settings)[0], x, dout)
    # The text says "on the order of e-12" and prints 3.3e-12.
    np.testing.assert_allclose(dx, numerical, rtol=1e-10, atol=1e-11)
