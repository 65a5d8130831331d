import numpy as np
import pytest

from reference.gradient_check import numerical_gradient, relative_error
from reference.layers.affine import affine_backward, affine_forward


def test_a_value_worked_out_by_hand():
    x, w, b = np.array([[1.0, 2.0]]), np.array([[3.0, 0.0], [4.0, 1.0]]), np.array([5.0, -1.0])
    y, cache = affine_forward(x, w, b)
    np.testing.assert_array_equal(y, [[16.0, 1.0]])
    dx, dw, db = affine_backward(np.array([[1.0, 10.0]]), cache)
    np.testing.assert_array_equal(dx, [[3.0, 14.0]])
    np.testing.assert_array_equal(dw, [[1.0, 10.0], [2.0, 20.0]])
    np.testing.assert_array_equal(db, [1.0, 10.0])


@pytest.mark.parametrize("shape", [(1, 6), (10, 2, 3), (4, 1, 3, 2)])
def test_the_gradients_agree_with_differences(rng, shape):
    x, w, b = rng.normal(size=shape), rng.normal(size=(6, 5)), rng.normal(size=5)
    dy = rng.normal(size=(shape[0], 5))
    dx, dw, db = affine_backward(dy, affine_forward(x, w, b)[1])
    near = {"rtol": 1e-7, "atol": 1e-9}
    np.testing.assert_allclose(
        dx, numerical_gradient(lambda x: affine_forward(x, w, b)[0], x, dy), **near
    )
    np.testing.assert_allclose(
        dw, numerical_gradient(lambda w: affine_forward(x, w, b)[0], w, dy), **near
    )
    np.testing.assert_allclose(
        db, numerical_gradient(lambda b: affine_forward(x, w, b)[0], b, dy), **near
    )


@pytest.mark.torch
def test_it_agrees_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    x, w, b = rng.normal(size=(7, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    dy = rng.normal(size=(7, 3))
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, w, b)]
    out = torch.nn.functional.linear(tensors[0], tensors[1].T, tensors[2])
    out.backward(torch.tensor(dy))
    y, cache = affine_forward(x, w, b)
    np.testing.assert_allclose(y, out.detach().numpy(), rtol=1e-12, atol=1e-13)
    for ours, theirs in zip(affine_backward(dy, cache), tensors, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-12, atol=1e-13)


def test_float32_in_is_float32_out():
    arrays = (np.ones(shape, np.float32) for shape in [(2, 3), (3, 4), (4,)])
    y, cache = affine_forward(*arrays)
    assert y.dtype == np.float32
    assert all(g.dtype == np.float32 for g in affine_backward(y, cache))


def test_an_empty_batch_gives_an_empty_output():
    assert affine_forward(np.ones((0, 2, 3)), np.ones((6, 5)), np.ones(5))[0].shape == (0, 5)


def test_inputs_are_left_as_they_were(rng):
    arrays = [rng.normal(size=shape) for shape in [(2, 3), (3, 4), (4,)]]
    copies = [a.copy() for a in arrays]
    y, cache = affine_forward(*arrays)
    affine_backward(y, cache)
    assert all(np.array_equal(a, c) for a, c in zip(arrays, copies, strict=True))


def test_shapes_that_do_not_fit_are_refused():
    x, w, b = np.ones((2, 3)), np.ones((3, 4)), np.ones(4)
    with pytest.raises(ValueError, match=r"x is a single number; the affine layer maps a batch"):
        affine_forward(np.array(1.0), w, b)
    with pytest.raises(ValueError, match=r"w has shape \(2, 4\); expected \(3, 4\), one row for"):
        affine_forward(x, w[:2], b)
    with pytest.raises(ValueError, match=r"b has shape \(3,\); expected \(4,\), one bias for"):
        affine_forward(x, w, b[:3])
    with pytest.raises(ValueError, match=r"dy has shape \(2, 3\); expected \(2, 4\)"):
        affine_backward(x, affine_forward(x, w, b)[1])


def test_relative_error_of_the_assignments_gradient_cell(layers, seed_231):
    x, w, b = np.random.randn(10, 2, 3), np.random.randn(6, 5), np.random.randn(5)
    dout = np.random.randn(10, 5)
    _, cache = layers.affine_forward(x, w, b)
    dx, dw, db = layers.affine_backward(dout, cache)

    def error(f, at, analytic):
        return relative_error(numerical_gradient(f, at, dout), analytic)

    # The text says "around e-10 or less" and prints 9.6e-11, 1.3e-10 and 7.7e-11.
    assert error(lambda x: layers.affine_forward(x, w, b)[0], x, dx) < 5e-10
    assert error(lambda w: layers.affine_forward(x, w, b)[0], w, dw) < 5e-10
    assert error(lambda b: layers.affine_forward(x, w, b)[0], b, db) < 5e-10
