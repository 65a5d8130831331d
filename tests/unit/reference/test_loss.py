import numpy as np
import pytest

from reference.gradient_check import numerical_gradient
from reference.layers.loss import multiclass_hinge, softmax_cross_entropy

BOTH = pytest.mark.parametrize("loss", [softmax_cross_entropy, multiclass_hinge])


def test_cross_entropy_of_equal_scores_is_the_log_of_their_number():
    value, dx = softmax_cross_entropy(np.zeros((2, 4)), np.array([0, 3]))
    assert value == pytest.approx(np.log(4), abs=1e-15)
    np.testing.assert_allclose(dx, [[-0.375, 0.125, 0.125, 0.125], [0.125, 0.125, 0.125, -0.375]])


def test_hinge_worked_out_by_hand():
    # margins 3 - 2 + 1 = 2 and 0.5 - 2 + 1 < 0; then none violated
    x = np.array([[2.0, 3.0, 0.5], [9.0, 0.0, 0.0]])
    value, dx = multiclass_hinge(x, np.array([0, 0]))
    assert value == 1.0
    np.testing.assert_array_equal(dx, [[-0.5, 0.5, 0.0], [0.0, 0.0, 0.0]])


def test_a_hinge_margin_of_exactly_zero_has_no_gradient():
    assert not multiclass_hinge(np.array([[1.0, 0.0]]), np.array([0]))[1].any()


@BOTH
@pytest.mark.parametrize("shape", [(1, 2), (8, 5), (3, 1)])
def test_the_gradient_agrees_with_differences(rng, loss, shape):
    x, y = rng.normal(size=shape), rng.integers(shape[1], size=shape[0])
    numerical = numerical_gradient(lambda x: loss(x, y)[0], x, np.float64(1))
    np.testing.assert_allclose(loss(x, y)[1], numerical, rtol=1e-7, atol=1e-9)


@pytest.mark.torch
def test_cross_entropy_agrees_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    x, y = 10 * rng.normal(size=(6, 5)), rng.integers(5, size=6)
    tensor = torch.tensor(x, requires_grad=True)
    out = torch.nn.functional.cross_entropy(tensor, torch.tensor(y))
    out.backward()
    value, dx = softmax_cross_entropy(x, y)
    assert value == pytest.approx(out.item(), rel=1e-13)
    np.testing.assert_allclose(dx, tensor.grad.numpy(), rtol=1e-11, atol=1e-15)


@pytest.mark.torch
def test_hinge_agrees_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    x, y = rng.normal(size=(6, 5)), rng.integers(5, size=6)
    tensor = torch.tensor(x, requires_grad=True)
    # PyTorch also divides by the number of classes.
    out = 5 * torch.nn.functional.multi_margin_loss(tensor, torch.tensor(y))
    out.backward()
    value, dx = multiclass_hinge(x, y)
    assert value == pytest.approx(out.item(), rel=1e-13)
    np.testing.assert_allclose(dx, tensor.grad.numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("sign", [1, -1])
def test_logits_that_differ_by_a_thousand_give_a_finite_loss(sign):
    x = sign * np.array([[1000.0, 0.0, 0.0]])
    assert softmax_cross_entropy(x, np.array([0]))[0] in (0.0, pytest.approx(1000 + np.log(2)))
    value, dx = softmax_cross_entropy(x, np.array([1]))
    assert value == pytest.approx(1000 if sign > 0 else np.log(2))
    assert np.isfinite(dx).all()


@BOTH
def test_float32_in_is_float32_out(loss):
    value, dx = loss(np.ones((2, 3), np.float32), np.array([0, 1]))
    assert isinstance(value, float)
    assert dx.dtype == np.float32


@BOTH
def test_the_scores_are_left_as_they_were(rng, loss):
    x = rng.normal(size=(3, 4))
    before = x.copy()
    loss(x, np.array([0, 1, 2]))
    np.testing.assert_array_equal(x, before)


@BOTH
def test_an_empty_batch_is_refused(loss):
    with pytest.raises(ValueError, match=r"shape \(0, 3\); the mean loss of an empty batch is not"):
        loss(np.ones((0, 3)), np.array([], int))


def test_the_printed_losses_of_the_assignment(layers, seed_231):
    x = 0.001 * np.random.randn(50, 10)
    y = np.random.randint(10, size=50)
    for loss, printed in [
        (layers.svm_loss, 8.999602749096233),
        (layers.softmax_loss, 2.302545844500738),
    ]:
        value, dx = loss(x, y)
        assert value == pytest.approx(printed, rel=1e-14)
        numerical = numerical_gradient(lambda x, f=loss: f(x, y)[0], x, np.float64(1))
        np.testing.assert_allclose(dx, numerical, rtol=1e-6, atol=1e-10)
