import numpy as np
import pytest

from grader.worker.inside.drivers import elementwise


@pytest.mark.parametrize("name", ["cubic", "wave"])
def test_a_slope_is_the_derivative_of_its_function(name):
    f, slope = getattr(elementwise, name), getattr(elementwise, f"{name}_slope")
    x, h = np.linspace(-2, 2, 12).reshape(3, 4), 1e-6
    np.testing.assert_allclose(slope(x), (f(x + h) - f(x - h)) / (2 * h), rtol=1e-8, atol=1e-8)


def test_values_worked_out_by_hand():
    assert elementwise.cubic([3.0]).tolist() == [6]
    assert elementwise.cubic_slope([3.0]).tolist() == [8]
    assert elementwise.wave(0.0) == 0
    assert elementwise.wave_slope(0.0) == 2
