"""When two arrays count as equal, and how it is said where they do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.closeness import TABLE, Tolerance, compare, tolerance_for

FINE = TABLE["float64"]


class TestTable:
    @pytest.mark.parametrize(
        ("dtypes", "name"),
        [
            ((), "float64"),
            (("float64",), "float64"),
            (("float64", "float32"), "float32"),
            (("float16", "float32"), "float16"),
            (("int64", "bool"), "float64"),
        ],
    )
    def test_the_least_precise_dtype_decides(self, dtypes, name):
        assert tolerance_for(*map(np.dtype, dtypes)) == TABLE[name]


class TestAgreement:
    def test_equal_arrays_agree(self):
        assert compare(np.arange(6.0), np.arange(6.0), FINE) is None

    def test_integers_and_floats_are_compared_by_value(self):
        assert compare(np.arange(6), np.arange(6.0), FINE) is None
        assert compare(np.arange(6, dtype="u1"), np.arange(6.0) + 1, FINE).differing == 6

    def test_rounding_of_another_order_of_summation_agrees(self):
        x = np.random.default_rng(0).normal(12, 5, (1000, 20))
        assert compare((x * x).mean(0) - x.mean(0) ** 2, x.var(0), FINE) is None

    def test_an_eps_outside_the_root_disagrees(self):
        var = np.random.default_rng(0).uniform(0.5, 2, 20)
        assert compare(1 / (np.sqrt(var) + 1e-5), 1 / np.sqrt(var + 1e-5), FINE) is not None

    @pytest.mark.parametrize("at", [(0, 0), (3, 4)])
    def test_one_element_off_by_a_millionth_disagrees(self, at):
        expected = np.random.default_rng(1).normal(size=(5, 7))
        actual = expected.copy()
        actual[at] += 1e-6
        found = compare(actual, expected, FINE)
        assert (found.differing, found.total, found.index) == (1, 35, at)
        assert found.difference == pytest.approx(1e-6)

    def test_a_factor_one_percent_off_disagrees(self):
        expected = np.random.default_rng(1).normal(size=9)
        assert compare(1.01 * expected, expected, FINE).differing == 9

    @pytest.mark.parametrize(("factor", "agrees"), [(0.999, True), (1.001, False)])
    def test_the_bound_is_where_it_is_said_to_be(self, factor, agrees):
        expected = np.array([1.0, 1000.0])
        allowed = 1e-5 * 1000.0 + 1e-3 * 1.0
        actual = expected + np.array([factor * allowed, 0.0])
        found = compare(actual, expected, Tolerance(rtol=1e-3, atol=1e-5))
        assert (found is None) == agrees

    def test_zeros_expected_allow_rounding_and_no_more(self):
        assert compare(np.full(3, 9e-16), np.zeros(3), FINE) is None
        assert compare(np.full(3, 1.1e-15), np.zeros(3), FINE) is not None
        assert compare(np.full(3, 1e-10), np.zeros(3), FINE, scale_floor=1.0) is None

    @settings(derandomize=True, database=None, deadline=None, max_examples=60)
    @given(st.integers(0, 2**32 - 1), st.sampled_from([1e-12, 1e-9, 1e-6, 1e-3]))
    def test_what_disagrees_still_disagrees_when_everything_is_scaled(self, seed, size):
        rng = np.random.default_rng(seed)
        expected, noise = rng.normal(size=(2, 8))
        actual = expected + size * noise
        one = compare(actual, expected, FINE)
        many = compare(1024 * actual, 1024 * expected, FINE)
        assert (one is None) == (many is None)


class TestNotFinite:
    @pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
    def test_nan_and_infinity_agree_with_nothing(self, bad):
        found = compare(np.array([1.0, bad, bad]), np.ones(3), FINE)
        assert (found.non_finite, found.index, found.difference) == (2, (1,), np.inf)
        assert found.sentence("out") == (
            "out: 2 of 3 elements are NaN or infinite, the first at index (1,); expected 1"
        )

    def test_one_of_many_is_told_in_the_singular(self):
        found = compare(np.array([1.0, np.nan]), np.ones(2), FINE)
        assert found.sentence("out") == (
            "out: 1 of 2 elements is NaN or infinite at index (1,); expected 1"
        )

    def test_numbers_whose_distance_overflows_disagree_without_a_warning(self):
        found = compare(np.array([1e308, 0.0]), np.array([-1e308, 0.0]), TABLE["float64"])
        assert (found.differing, found.difference) == (1, np.inf)

    def test_a_lone_nan_has_no_index(self):
        found = compare(np.array(np.nan), np.array(2.5), FINE)
        assert found.sentence("loss") == "loss is nan; expected 2.5"


class TestSentences:
    def test_it_names_count_place_and_both_values(self):
        expected = np.ones((2, 5))
        actual = expected.copy()
        actual[1, 2], actual[0, 0] = 1.5, 1.25
        assert compare(actual, expected, FINE).sentence("dx") == (
            "dx: 2 of 10 elements differ (20 %); largest difference 0.5 at index (1, 2) "
            "(got 1.5, expected 1, allowed 1.1e-08)"
        )

    def test_a_single_number_is_told_with_ten_digits(self):
        assert compare(np.array(2.3025851), np.array(2.302585093), FINE) is None
        found = compare(np.array(2.302586), np.array(2.302585093), FINE)
        assert found.sentence("loss") == "loss is 2.302586; expected 2.302585093"


class TestRefusals:
    @pytest.mark.parametrize(
        ("actual", "expected"),
        [(np.zeros(2), np.zeros(3)), (np.zeros((0, 2)), np.zeros((0, 2)))],
    )
    def test_shapes_that_cannot_be_compared_are_refused(self, actual, expected):
        with pytest.raises(ValueError, match="cannot be compared element by element") as caught:
            compare(actual, expected, FINE)
        assert f"{actual.shape} and {expected.shape}" in str(caught.value)

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_an_expected_value_that_is_not_finite_is_refused(self, bad):
        with pytest.raises(ValueError, match="The expected array holds NaN or infinity, which"):
            compare(np.ones(2), np.array([1.0, bad]), FINE)
