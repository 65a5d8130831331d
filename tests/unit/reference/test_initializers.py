import numpy as np
import pytest

from reference.initializers import scaled_normal


def test_weights_are_the_sources_numbers_times_the_scale():
    expected = 0.5 * np.random.default_rng(3).standard_normal((2, 3))
    drawn = scaled_normal((2, 3), 0.5, np.random.default_rng(3).standard_normal)
    np.testing.assert_array_equal(drawn, expected)


def test_the_standard_deviation_is_the_scale(rng):
    # 250,000 draws: the standard error of the deviation is 0.14 %.
    assert scaled_normal((500, 500), 1e-3, rng.standard_normal).std() == pytest.approx(
        1e-3, rel=0.01
    )


def test_a_negative_scale_is_refused(rng):
    with pytest.raises(ValueError, match=r"scale is -1; a standard deviation cannot be negative"):
        scaled_normal((2,), -1, rng.standard_normal)
