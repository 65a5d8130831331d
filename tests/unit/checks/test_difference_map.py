"""Maps of where arrays differ: layout, blocks, numbers, and which failures get one."""

from __future__ import annotations

import json

import numpy as np
import pytest

from grader.checks.difference_map import MAPS, SIDES, Misfit, difference_maps
from grader.closeness import Tolerance

# Nine are allowed of an array whose largest magnitude is nine.
ONE = Tolerance(rtol=0.0, atol=1.0)


def misfit(difference: np.ndarray, scale: float = 1.0) -> Misfit:
    """An array that is off by so many times what is allowed."""
    return Misfit(scale * (1 + difference), scale * np.ones(difference.shape), ONE, 1e-6)


def only_map(*misfits: Misfit | None) -> dict:
    (found,) = difference_maps((f"d{at}", each) for at, each in enumerate(misfits))[MAPS]
    return found


class TestNumbers:
    def test_an_element_is_told_by_the_logarithm_of_its_excess(self):
        off = np.array([[10.0, 1000.0], [0.5, 2.0]])
        assert only_map(misfit(off)) == {
            "name": "d0",
            "shape": [2, 2],
            "layout": [2, 2],
            "rows": ["1 3", ". 0.3"],
        }

    def test_the_scale_of_the_array_does_not_count(self):
        off = np.array([[10.0, 1000.0], [0.5, 2.0]])
        assert only_map(misfit(off, 1e-3))["rows"] == only_map(misfit(off))["rows"]

    def test_two_digits_are_kept(self):
        assert only_map(misfit(np.array([[1234.5, 1e20, 3e11]])))["rows"] == ["3.1 20 11"]

    def test_what_is_hardly_too_much_is_not_taken_for_right(self):
        assert only_map(misfit(np.array([[1.000001, 0.999]])))["rows"] == ["0.1 ."]

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_what_is_no_number_is_told_apart(self, value):
        assert only_map(misfit(np.array([[value, 10.0, 0.0]])))["rows"] == ["x 1 ."]

    def test_where_nothing_at_all_is_allowed_any_difference_is_beyond_measure(self):
        exact = Misfit(np.array([1.0, 2.0]), np.ones(2), Tolerance(0.0, 0.0), 1e-6)
        assert only_map(exact)["rows"] == [". x"]

    def test_integers_and_booleans_have_maps_too(self):
        counted = Misfit(np.array([[1, 12]]), np.array([[1, 2]]), Tolerance(0.0, 0.5), 1e-6)
        assert only_map(counted)["rows"] == [". 1"]


class TestLayout:
    @pytest.mark.parametrize(
        ("shape", "layout"),
        [
            ((6,), [1, 6]),
            ((2, 3), [2, 3]),
            ((2, 3, 4), [2, 12]),
            ((2, 3, 4, 5), [6, 20]),
            ((1, 6), [1, 6]),
        ],
    )
    def test_the_first_axes_run_down_and_the_others_to_the_right(self, shape, layout):
        found = only_map(misfit(np.full(shape, 10.0)))
        assert found["layout"] == layout
        assert found["shape"] == list(shape)
        assert found["rows"] == [" ".join(["1"] * layout[1])] * layout[0]

    def test_a_place_is_where_the_axes_say(self):
        off = np.zeros((2, 2, 2, 3))
        off[1, 0, 1, 2] = 100.0
        assert only_map(misfit(off))["rows"] == [". . . . . ."] * 2 + [". . . . . 2", ". . . . . ."]

    def test_a_large_array_is_told_by_the_worst_of_each_block(self):
        off = np.zeros((48, 25))
        off[47, 24], off[46, 24], off[0, 1] = 10.0, 1000.0, 100.0
        rows = [row.split(" ") for row in only_map(misfit(off))["rows"]]
        assert [len(row) for row in rows] == [13] * 24
        seen = {(r, c): v for r, row in enumerate(rows) for c, v in enumerate(row) if v != "."}
        assert seen == {(23, 12): "3", (0, 0): "2"}

    @pytest.mark.parametrize("length", [1, 23, 24, 25, 47, 48, 49, 1000])
    def test_no_side_has_more_blocks_than_a_picture_holds(self, length):
        found = only_map(misfit(np.full((length, 2), 10.0)))
        assert 12 <= len(found["rows"]) <= SIDES[0] or len(found["rows"]) == length < 12
        assert set(found["rows"]) == {"1 1"}


class TestWhich:
    def test_at_most_three_arrays_have_a_map_the_first_the_largest(self):
        wide = misfit(np.full((50, 50), 10.0))
        found = difference_maps((name, wide) for name in ("dx", "dw", "db", "dg"))[MAPS]
        assert [(each["name"], len(each["rows"])) for each in found] == [
            ("dx", 17),
            ("dw", 10),
            ("db", 10),
        ]

    def test_numbers_and_what_was_not_compared_have_none(self):
        number = misfit(np.array(10.0))
        assert difference_maps([("loss", number), ("dx", None)]) == {}
        assert only_map(number, None, misfit(np.array([10.0, 10.0])))["name"] == "d2"

    def test_a_report_grows_by_a_few_kilobytes_at_most(self):
        worst = misfit(np.full((24, 24), 10.0**0.11))
        found = difference_maps((name, worst) for name in ("dx", "dw", "db"))
        assert len(json.dumps(found, indent=2)) < 6_000


def off_at(*places):
    """An affine layer that is off in some elements, of the batch size that the key says."""

    def affine_forward(x, w, b):
        out = x.reshape(len(x), -1) @ w + b
        for place in places:
            out[place] += 1.0
        return out, (x, w, b)

    return affine_forward


def wrong(result) -> dict[str, list[list[tuple[int, int]]]]:
    """Where the maps of each case show a difference."""
    found: dict[str, list[list[tuple[int, int]]]] = {}
    for case in result.evidence["cases"]:
        found[case["case"]] = [
            [
                (r, c)
                for r, row in enumerate(one["rows"])
                for c, text in enumerate(row.split(" "))
                if text != "."
            ]
            for one in case.get(MAPS, ())
        ]
    return found


class TestEvidence:
    def test_a_wrong_output_is_drawn_where_it_is_wrong(self, ask, affine):
        result = ask("output", "affine_forward", affine, affine_forward=off_at((1, 2), (3, 4)))
        assert wrong(result) == {"": [[(1, 2), (3, 4)]]}

    def test_a_wrong_gradient_is_drawn_by_the_name_that_the_message_has(self, ask, affine, course):
        def affine_backward(dout, cache):
            dx, dw, db = course["affine_backward"](dout, cache)
            dw[0, 1] += 1.0
            return dx, dw, 2 * db

        data = {**affine, "forward": "affine_forward", "wrt": ["x", "w", "b"]}
        result = ask("gradient", "affine_backward", data, affine_backward=affine_backward)
        first, second = result.evidence["cases"][0][MAPS]
        assert (first["name"], second["name"]) == ("dw", "db")
        assert wrong(result)[""][0] == [(0, 1)]
        assert second["layout"] == [1, 5]

    def test_what_is_right_or_of_another_shape_is_not_drawn(self, ask, affine):
        flat = ask("output", "affine_forward", affine, affine_forward=lambda x, w, b: (b, None))
        for result in (ask("output", "affine_forward", affine), flat):
            assert MAPS not in result.evidence["cases"][0]

    def test_of_several_cases_the_first_that_fails_is_drawn(self, ask, affine):
        inputs = affine["inputs"]
        data = {
            "cases": [
                {"name": "right", "inputs": {**inputs, "x": {"normal": {"shape": [2, 6]}}}},
                {"name": "first", "inputs": inputs},
                {"name": "second", "inputs": inputs},
            ],
            **{key: value for key, value in affine.items() if key != "inputs"},
        }

        def affine_forward(x, w, b):
            return off_at((1, 2))(x, w, b) if len(x) == 4 else (x @ w + b, None)

        result = ask("output", "affine_forward", data, affine_forward=affine_forward)
        assert wrong(result) == {"right": [], "first": [[(1, 2)]], "second": []}
