import numpy as np
import pytest

from reference.gradient_check import numerical_gradient, relative_error


def test_the_gradient_of_a_cubic_is_found():
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    dy = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(numerical_gradient(lambda x: x**3, x, dy), 3 * x**2 * dy, rtol=1e-8)


def test_a_gradient_off_by_one_percent_stands_out():
    x, dy = np.array([1.0, 2.0]), np.ones(2)
    assert relative_error(numerical_gradient(np.sin, x, dy), 1.01 * np.cos(x)) > 4e-3
    assert relative_error(numerical_gradient(np.sin, x, dy), np.cos(x)) < 1e-8


def test_x_is_left_as_it_was_and_may_be_returned_itself():
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(numerical_gradient(lambda x: x, x, np.ones(2)), [1, 1])
    np.testing.assert_array_equal(x, [1, 2])


def test_the_relative_error_of_nothing_is_zero():
    assert relative_error(np.zeros(2), np.zeros(2)) == 0
    assert relative_error(np.zeros(0), np.zeros(0)) == 0


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(
        ValueError, match=r"dy has shape \(2,\); expected \(3,\), the shape of f\(x\)"
    ):
        numerical_gradient(lambda x: x, np.ones(3), np.ones(2))
