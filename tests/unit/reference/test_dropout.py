import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.dropout import dropout_backward, dropout_forward


def test_kept_elements_are_divided_by_the_keep_probability():
    x, uniform = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.1, 0.9], [0.249, 0.25]])
    y, cache = dropout_forward(x, 0.25, uniform)
    np.testing.assert_array_equal(y, [[4, 0], [12, 0]])
    np.testing.assert_array_equal(dropout_backward(x, cache), [[4, 0], [12, 0]])


def test_keeping_everything_changes_nothing(rng):
    x = rng.normal(size=(3, 4))
    np.testing.assert_array_equal(dropout_forward(x, 1.0, rng.random((3, 4)))[0], x)


def test_the_gradient_agrees_with_differences(rng):
    x, dy, uniform = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.random((3, 4))
    numerical = numerical_gradient(lambda x: dropout_forward(x, 0.6, uniform)[0], x, dy)
    dx = dropout_backward(dy, dropout_forward(x, 0.6, uniform)[1])
    np.testing.assert_allclose(dx, numerical, rtol=1e-8, atol=1e-9)


@pytest.mark.torch
def test_pytorch_scales_what_it_keeps_in_the_same_way():
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    x = torch.ones(1000, dtype=torch.float64)
    theirs = torch.nn.functional.dropout(x, p=0.75).numpy()
    ours, _ = dropout_forward(np.ones(1000), 0.25, np.where(theirs > 0, 0.0, 0.5))
    np.testing.assert_array_equal(ours, theirs)


def test_the_mean_is_kept(rng):
    x = 10 + rng.normal(size=(500, 500))
    for keep in (0.25, 0.4, 0.7):
        y, _ = dropout_forward(x, keep, rng.random(x.shape))
        # Standard error: 10 sqrt((1 - p) / p) / 500 < 0.035, so this is more than 6 of them.
        assert y.mean() == pytest.approx(10, abs=0.25)
        assert (y == 0).mean() == pytest.approx(1 - keep, abs=0.01)


def test_float32_in_is_float32_out(rng):
    y, cache = dropout_forward(np.ones(3, np.float32), 0.3, rng.random(3))
    assert y.dtype == np.float32
    assert dropout_backward(y, cache).dtype == np.float32


@pytest.mark.parametrize("keep", [0, -0.5, 1.5, float("nan")])
def test_what_is_not_a_keep_probability_is_refused(keep):
    with pytest.raises(ValueError, match=r"keep is .*; the probability of keeping .* in \(0, 1\]"):
        dropout_forward(np.ones(2), keep, np.ones(2))


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"uniform has shape \(3,\); expected \(2,\), one random"):
        dropout_forward(np.ones(2), 0.5, np.ones(3))
    with pytest.raises(ValueError, match=r"dy has shape \(3,\); expected \(2,\), the shape of x"):
        dropout_backward(np.ones(3), dropout_forward(np.ones(2), 0.5, np.ones(2))[1])
