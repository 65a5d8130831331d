import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.activation import relu_backward, relu_forward


def test_the_gradient_at_zero_is_zero():
    x = np.array([-2.0, -0.0, 0.0, 3.0])
    y, cache = relu_forward(x)
    np.testing.assert_array_equal(y, [0, 0, 0, 3])
    np.testing.assert_array_equal(relu_backward(np.full(4, 7.0), cache), [0, 0, 0, 7])


def test_the_gradient_agrees_with_differences(rng):
    x, dy = rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 2, 3))
    x += np.sign(x) * 0.01  # away from the kink
    dx = relu_backward(dy, relu_forward(x)[1])
    numerical = numerical_gradient(lambda x: relu_forward(x)[0], x, dy)
    np.testing.assert_allclose(dx, numerical, rtol=1e-8, atol=1e-9)


@pytest.mark.torch
def test_it_agrees_with_pytorch_also_at_zero(rng):
    torch = pytest.importorskip("torch")
    x = np.append(rng.normal(size=10), 0.0)
    tensor = torch.tensor(x, requires_grad=True)
    out = torch.relu(tensor)
    out.backward(torch.ones(11, dtype=torch.float64))
    y, cache = relu_forward(x)
    np.testing.assert_array_equal(y, out.detach().numpy())
    np.testing.assert_array_equal(relu_backward(np.ones(11), cache), tensor.grad.numpy())


def test_float32_in_is_float32_out():
    y, cache = relu_forward(np.ones(3, np.float32))
    assert y.dtype == np.float32
    assert relu_backward(y, cache).dtype == np.float32


def test_the_input_is_left_as_it_was():
    x = np.array([-1.0, 1.0])
    relu_forward(x)
    np.testing.assert_array_equal(x, [-1, 1])


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"dy has shape \(2,\); expected \(3,\), the shape of x"):
        relu_backward(np.ones(2), relu_forward(np.ones(3))[1])
