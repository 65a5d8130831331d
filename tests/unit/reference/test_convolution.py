import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.convolution import convolution_backward, convolution_forward, output_length

CASES = {
    "same size": ((2, 3, 5, 5), (2, 3, 3, 3), 1, 1),
    "batch of one, no padding": ((1, 2, 4, 4), (3, 2, 3, 3), 1, 0),
    "stride leaves a margin": ((2, 1, 6, 7), (2, 1, 3, 3), 2, 0),
    "stride leaves a margin with padding": ((2, 2, 5, 6), (2, 2, 2, 3), 3, 1),
    "stride wider than the filter": ((1, 1, 7, 7), (1, 1, 2, 2), 3, 0),
    "not square": ((2, 2, 4, 7), (3, 2, 1, 4), 1, 2),
    "one by one": ((2, 3, 3, 2), (4, 3, 1, 1), 1, 0),
    "filter as large as the image": ((2, 2, 3, 4), (2, 2, 3, 4), 1, 0),
}
EACH = pytest.mark.parametrize(
    ("x_shape", "w_shape", "stride", "pad"), CASES.values(), ids=CASES.keys()
)


def test_a_value_worked_out_by_hand():
    x = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    w = np.array([[[[1.0, 10.0], [100.0, 1000.0]]]])
    y, cache = convolution_forward(x, w, np.array([0.5]))
    np.testing.assert_array_equal(y, [[[[4321.5]]]])
    dx, dw, db = convolution_backward(np.array([[[[2.0]]]]), cache)
    np.testing.assert_array_equal(dx, 2 * w)
    np.testing.assert_array_equal(dw, 2 * x)
    np.testing.assert_array_equal(db, [2])


@EACH
def test_the_gradients_agree_with_differences(rng, x_shape, w_shape, stride, pad):
    x, w, b = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[0])

    def forward(x, w, b):
        return convolution_forward(x, w, b, stride=stride, pad=pad)

    y, cache = forward(x, w, b)
    dy = rng.normal(size=y.shape)
    dx, dw, db = convolution_backward(dy, cache)
    near = {"rtol": 1e-7, "atol": 1e-8}
    numerical = numerical_gradient(lambda x: forward(x, w, b)[0], x, dy)
    np.testing.assert_allclose(dx, numerical, **near)
    numerical = numerical_gradient(lambda w: forward(x, w, b)[0], w, dy)
    np.testing.assert_allclose(dw, numerical, **near)
    numerical = numerical_gradient(lambda b: forward(x, w, b)[0], b, dy)
    np.testing.assert_allclose(db, numerical, **near)


@pytest.mark.torch
@EACH
def test_it_agrees_with_pytorch(rng, x_shape, w_shape, stride, pad):
    torch = pytest.importorskip("torch")
    arrays = rng.normal(size=x_shape), rng.normal(size=w_shape), rng.normal(size=w_shape[0])
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    out = torch.nn.functional.conv2d(*tensors, stride=stride, padding=pad)
    y, cache = convolution_forward(*arrays, stride=stride, pad=pad)
    dy = rng.normal(size=y.shape)
    out.backward(torch.tensor(dy))
    np.testing.assert_allclose(y, out.detach().numpy(), rtol=1e-11, atol=1e-12)
    for ours, theirs in zip(convolution_backward(dy, cache), tensors, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-11, atol=1e-12)


def test_float32_in_is_float32_out():
    x, w, b = (np.ones(s, np.float32) for s in [(1, 2, 4, 4), (3, 2, 3, 3), (3,)])
    y, cache = convolution_forward(x, w, b, pad=1)
    assert y.dtype == np.float32
    assert all(g.dtype == np.float32 for g in convolution_backward(y, cache))


def test_inputs_are_left_as_they_were_even_without_padding(rng):
    arrays = [rng.normal(size=s) for s in [(1, 2, 4, 4), (3, 2, 3, 3), (3,)]]
    copies = [a.copy() for a in arrays]
    y, cache = convolution_forward(*arrays)
    convolution_backward(y, cache)
    assert all(np.array_equal(a, c) for a, c in zip(arrays, copies, strict=True))


def test_shapes_that_do_not_fit_are_refused():
    x, w, b = np.ones((1, 2, 4, 4)), np.ones((3, 2, 3, 3)), np.ones(3)
    with pytest.raises(ValueError, match=r"x has shape \(2, 4, 4\), which is 3 axes; expected 4"):
        convolution_forward(x[0], w, b)
    with pytest.raises(ValueError, match=r"w has shape .*, as many channels as x"):
        convolution_forward(x, w[:, :1], b)
    with pytest.raises(ValueError, match=r"b has shape \(2,\); expected \(3,\), one bias for each"):
        convolution_forward(x, w, b[:2])
    with pytest.raises(ValueError, match=r"stride is 0; a whole number of at least 1"):
        convolution_forward(x, w, b, stride=0)
    with pytest.raises(ValueError, match=r"pad is -1; a whole number of at least 0"):
        convolution_forward(x, w, b, pad=-1)
    with pytest.raises(ValueError, match=r"dy has shape .*; expected \(1, 3, 2, 2\), the shape of"):
        convolution_backward(x, convolution_forward(x, w, b)[1])


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(
        ValueError, match=r"a window of 5 does not fit an input of 2 padded by 1 .*"
    ):
        output_length(2, window=5, stride=1, pad=1)


def test_the_printed_output_of_the_assignment(layers):
    x = np.linspace(-0.1, 0.5, num=96).reshape(2, 3, 4, 4)
    w = np.linspace(-0.2, 0.3, num=144).reshape(3, 3, 4, 4)
    b = np.linspace(-0.1, 0.2, num=3)
    out, _ = layers.conv_forward_naive(x, w, b, {"stride": 2, "pad": 1})
    printed = [
        [
            [[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]],
            [[0.21027089, 0.21661097], [0.22847626, 0.23004637]],
            [[0.50813986, 0.54309974], [0.64082444, 0.67101435]],
        ],
        [
            [[-0.98053589, -1.03143541], [-1.19128892, -1.24695841]],
            [[0.69108355, 0.66880383], [0.59480972, 0.56776003]],
            [[2.36270298, 2.36904306], [2.38090835, 2.38247847]],
        ],
    ]
    np.testing.assert_allclose(out, printed, rtol=0, atol=5.1e-9)


def test_the_assignments_gradient_cell(layers, seed_231):
    x, w, b = np.random.randn(4, 3, 5, 5), np.random.randn(2, 3, 3, 3), np.random.randn(2)
    dout = np.random.randn(4, 2, 5, 5)
    settings = {"stride": 1, "pad": 1}
    _, cache = layers.conv_forward_naive(x, w, b, settings)
    dx, dw, db = layers.conv_backward_naive(dout, cache)
    near = {"rtol": 1e-7, "atol": 1e-9}

    def forward(x, w, b):
        return layers.conv_forward_naive(x, w, b, settings)[0]

    numerical = numerical_gradient(lambda x: forward(x, w, b), x, dout)
    np.testing.assert_allclose(dx, numerical, **near)
    numerical = numerical_gradient(lambda w: forward(x, w, b), w, dout)
    np.testing.assert_allclose(dw, numerical, **near)
    numerical = numerical_gradient(lambda b: forward(x, w, b), b, dout)
    np.testing.assert_allclose(db, numerical, **near)
