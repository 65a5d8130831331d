"""Draws: every law, sizes by name, and cases laid over their check."""

import numpy as np
import pytest

from grader.checks.cases import parse_cases
from grader.checks.draws import draw, draw_inputs, merge, resolve_sizes
from grader.closeness import TABLE, Tolerance


def made(spec, seed=0, **sizes):
    return draw(spec, sizes, np.random.default_rng(seed))


class TestLaws:
    def test_normal_numbers_have_the_mean_and_deviation(self):
        plain = made({"normal": {"shape": [100, 100]}})
        shifted = made({"normal": {"shape": [100, 100], "mean": 5, "std": 0.1}})
        assert (plain.shape, plain.dtype) == ((100, 100), np.float64)
        assert (plain.mean(), plain.std()) == pytest.approx((0, 1), abs=0.05)
        assert (shifted.mean(), shifted.std()) == pytest.approx((5, 0.1), abs=0.01)

    def test_uniform_numbers_stay_between_the_ends(self):
        plain = made({"uniform": {"shape": [10_000]}})
        other = made({"uniform": {"shape": [10_000], "low": -3, "high": -1}})
        assert 0 <= plain.min() < 0.01 < 0.99 < plain.max() < 1
        assert -3 <= other.min() < -2.9 < -1.1 < other.max() < -1

    def test_equally_spaced_numbers_run_in_c_order(self):
        found = made({"linspace": {"shape": [2, 3], "low": -1, "high": 4}})
        assert found.tolist() == [[-1, 0, 1], [2, 3, 4]]

    def test_integers_stop_below_the_high_end(self):
        found = made({"integers": {"shape": [1000], "low": 2, "high": 5}})
        assert found.dtype == np.int64
        assert sorted(set(found.tolist())) == [2, 3, 4]
        assert set(made({"integers": {"shape": [500], "high": "C"}}, C=3).tolist()) == {0, 1, 2}

    @pytest.mark.parametrize(("shape", "gap"), [([4], 0.1), ([3, 3], 0.1), ([5, 8], 2.0)])
    def test_distinct_numbers_keep_their_distance_from_each_other_and_from_zero(self, shape, gap):
        spec = {"distinct": {"shape": shape} if gap == 0.1 else {"shape": shape, "gap": gap}}
        found = made(spec)
        assert found.shape == tuple(shape)
        values = np.sort(found.reshape(-1))
        assert np.allclose(np.diff(values), gap)
        assert np.min(np.abs(values)) == pytest.approx(gap / 4)
        assert np.min(np.diff(np.sort(np.abs(values)))) == pytest.approx(gap / 2)
        assert abs(values.mean()) <= gap / 2 + 1e-12
        assert not np.array_equal(found, made(spec, seed=1))

    @pytest.mark.parametrize("dtype", ["float64", "float32", "int64"])
    @pytest.mark.parametrize("law", ["normal", "uniform", "linspace", "integers", "distinct"])
    def test_the_element_type_can_be_chosen(self, law, dtype):
        assert made({law: {"shape": [3], "high": 9, "dtype": dtype}}).dtype == np.dtype(dtype)

    def test_numbers_written_out_become_an_array(self):
        found = made({"array": [[1, 2], [3, 4.5]]})
        assert (found.dtype, found.tolist()) == (np.float64, [[1, 2], [3, 4.5]])

    @pytest.mark.parametrize("value", [{"mode": "N"}, "text", 3, None, [1, "N"]])
    def test_a_plain_value_is_handed_over_as_it_stands(self, value):
        assert made({"value": value}, N=7) == value

    def test_a_dictionary_draws_its_entries(self):
        spec = {"dict": {"mode": {"value": "test"}, "mean": {"normal": {"shape": ["D"]}}}}
        found = made(spec, D=4)
        assert (found["mode"], found["mean"].shape) == ("test", (4,))

    def test_an_empty_shape_gives_a_number_and_a_zero_an_empty_array(self):
        assert made({"normal": {"shape": []}}).shape == ()
        assert made({"distinct": {"shape": [0, 3]}}).shape == (0, 3)

    def test_equal_seeds_draw_equal_numbers_in_the_rubrics_order(self):
        specs = {"x": {"normal": {"shape": [3]}}, "w": {"uniform": {"shape": [2]}}}
        first, second, other = (
            draw_inputs(specs, {}, np.random.default_rng(seed)) for seed in (5, 5, 6)
        )
        assert list(first) == ["x", "w"]
        assert all(np.array_equal(first[name], second[name]) for name in first)
        assert not np.array_equal(first["x"], other["x"])


class TestSizes:
    def test_names_become_numbers_however_deep(self):
        value = {"a": ["N", {"b": "N"}], "c": "M", "d": 1, "e": ("N",)}
        assert resolve_sizes(value, {"N": 4}) == {"a": [4, {"b": 4}], "c": "M", "d": 1, "e": [4]}

    @pytest.mark.parametrize(
        ("spec", "said"),
        [
            (
                {"normal": {"shape": [10_001, 1000]}},
                "The draw 'normal' has 10,001,000 elements; at most 10,000,000 are drawn. Make the "
                "shape smaller.",
            ),
            (
                {"uniform": {"shape": [2], "low": -1e308, "high": 1e308}},
                "The draw 'uniform' gives numbers that are too large for float64. Use smaller "
                "ones.",
            ),
            (
                {"normal": {"shape": [200], "std": 1e39, "dtype": "float32"}},
                "The draw 'normal' gives numbers that are too large for float32. Use smaller ones.",
            ),
            (
                {"normal": {"shape": [9], "std": float("inf")}},
                "The draw 'normal' gives numbers that are too large for float64. Use smaller ones.",
            ),
            (
                {"array": {"a": 1}},
                "\"{'a': 1}\" is no number and no list of numbers of equal length. Write one of "
                "these.",
            ),
            (
                {"array": [[1], [2, 3]]},
                "'[[1], [2, 3]]' is no number and no list of numbers of equal length. Write one of "
                "these.",
            ),
            (
                {"array": []},
                "'[]' is empty or holds NaN or infinity. Write finite numbers.",
            ),
            (
                {"array": [float("nan")]},
                "'[nan]' is empty or holds NaN or infinity. Write finite numbers.",
            ),
        ],
    )
    def test_numbers_that_cannot_be_had_are_refused(self, spec, said):
        with pytest.raises(ValueError, match=r"Make|Use|Write") as caught:
            draw(spec, {}, np.random.default_rng(0))
        assert str(caught.value) == said

    def test_a_draw_without_a_shape_is_refused(self):
        with pytest.raises(ValueError, match="has no shape") as caught:
            made({"normal": {"mean": 3}})
        assert (
            str(caught.value) == "The draw 'normal' has no shape. Add one, such as shape: [N, D]."
        )

    @pytest.mark.parametrize(
        ("spec", "sizes", "said"),
        [
            ({"normal": {"shape": ["N"]}}, {}, "'N' is not among the sizes (none given)."),
            (
                {"normal": {"shape": [2, "K"]}},
                {"N": 1, "D": 2},
                "'K' is not among the sizes (N, D).",
            ),
            (
                {"integers": {"shape": [2], "high": "C"}},
                {"N": 1},
                "'C' is not among the sizes (N).",
            ),
        ],
    )
    def test_a_size_that_there_is_not_is_refused(self, spec, sizes, said):
        with pytest.raises(ValueError, match="is not among the sizes") as caught:
            made(spec, **sizes)
        assert str(caught.value) == f"The size {said} Add it under sizes, or write a number."


class TestMerging:
    BASE = {  # noqa: RUF012  # read only
        "x": {"normal": {"shape": [3], "mean": 1}},
        "p": {"value": {"mode": "train", "eps": 1}},
        "d": {"dict": {"a": {"value": 1}, "b": {"value": 2}}},
    }

    @pytest.mark.parametrize(
        ("override", "name", "expected"),
        [
            ({}, "x", {"normal": {"shape": [3], "mean": 1}}),
            ({"x": {"normal": {"mean": 9}}}, "x", {"normal": {"shape": [3], "mean": 9}}),
            ({"x": {"uniform": {"shape": [2]}}}, "x", {"uniform": {"shape": [2]}}),
            ({"x": {"array": [1.0]}}, "x", {"array": [1.0]}),
            ({"p": {"value": {"mode": "test"}}}, "p", {"value": {"mode": "test"}}),
            ({"d": {"dict": {"b": {"value": 5}}}}, "d",
             {"dict": {"a": {"value": 1}, "b": {"value": 5}}}),
            ({"new": {"value": 3}}, "new", {"value": 3}),
        ],
    )  # fmt: skip
    def test_the_same_law_merges_and_another_replaces(self, override, name, expected):
        before = repr(self.BASE)
        merged = merge(self.BASE, override)
        assert merged[name] == expected
        assert list(merged)[:3] == ["x", "p", "d"]
        assert repr(self.BASE) == before


class TestCases:
    def test_without_cases_there_is_one_plain_case(self):
        common = parse_cases({"inputs": {"x": {"normal": {"shape": [2]}}}})
        (case,) = common.cases
        assert (case.name, case.beyond_text) == ("case 1", False)
        assert common.convention.name == "functions_with_cache"
        assert common.tolerance is None

    def test_a_case_lies_over_its_check(self):
        common = parse_cases(
            {
                "convention": "network_with_loss",
                "sizes": {"N": 2, "D": 3},
                "inputs": {"X": {"normal": {"shape": ["N", "D"]}}},
                "options": {"ask": "scores", "construct": {"input_dim": "D"}},
                "cases": [
                    {"name": "one", "sizes": {"N": 1}},
                    {"beyond_text": True, "options": {"construct": {"hidden": "N", "name": "K"}}},
                ],
            }
        )
        one, two = common.cases
        assert one.sizes == {"N": 1, "D": 3}
        assert one.options == {"ask": "scores", "construct": {"input_dim": 3}}
        assert (two.name, two.beyond_text) == ("case 2", True)
        assert two.options == {"ask": "scores", "construct": {"hidden": 2, "name": "K"}}

    @pytest.mark.parametrize(
        ("convention", "said"),
        [
            ("functions_with_cache", "Its options: stepped, watch, cache, before_last."),
            ("loss_with_gradient", "Its options: none."),
        ],
    )
    def test_an_option_of_another_convention_is_refused(self, convention, said):
        with pytest.raises(ValueError, match="is not an option of the convention") as caught:
            parse_cases({"convention": convention, "options": {"params_std": 1}})
        assert str(caught.value) == (
            f"'params_std' is not an option of the convention {convention}. {said}"
        )

    def test_a_case_with_an_unknown_size_is_refused_when_it_is_read(self):
        data = {
            "sizes": {"N": 2},
            "inputs": {"x": {"normal": {"shape": ["N"]}}},
            "cases": [{}, {"inputs": {"x": {"normal": {"shape": ["M"]}}}}],
        }
        with pytest.raises(ValueError, match="The size 'M' is not among the sizes \\(N\\)"):
            parse_cases(data)

    def test_the_tolerance_is_the_rubrics_or_the_tables(self):
        plain = parse_cases({})
        single = np.zeros(2, np.float32)
        assert plain.tolerance_of(single, {"a": 1}, None) == TABLE["float32"]
        assert plain.tolerance_of(1, "x") == TABLE["float64"]
        given = parse_cases({"tolerance": {"rtol": 1, "atol": 2, "because": "so it is printed"}})
        assert given.tolerance_of(single) == Tolerance(1.0, 2.0)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"normal": {"shape": [2], "std": -5}}, "std is -5; no standard deviation is below 0."),
        ({"uniform": {"shape": [2], "low": 2, "high": 1}}, "uniform has low 2 and high 1, and"),
        ({"integers": {"shape": [2], "low": 3, "high": 3}}, "integers has low 3 and high 3, and"),
    ],
)
def test_numbers_that_give_no_draw_are_told_in_words(spec, said):
    with pytest.raises(ValueError, match=said):
        draw(spec, {}, np.random.default_rng(0))
