"""Pictures of the page: the geometry of curves and maps, and the same in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grader.report.html_curve import Curve, training_curve
from grader.report.html_heat import HeatMap, heat_maps
from grader.report.model import ReportedCheck
from tests.unit.report.conftest import asked, report_of
from tests.unit.report.html_samples import cases_with, map_of
from tests.unit.report.test_training import evidence, training


def check_with(found: dict[str, Any], kind: str = "training") -> ReportedCheck:
    (criterion,) = report_of(asked("mlp", "4", kind=kind, evidence=found)).criteria
    return criterion.checks[0]


def curve_of(*accuracies: float | None, **more: Any) -> Curve:
    found = training_curve(check_with({"cases": [evidence(training(*accuracies), **more)]}))
    assert found is not None
    return found


def maps_of(*maps: dict[str, Any]) -> tuple[HeatMap, ...]:
    return heat_maps(check_with(cases_with(*maps), "gradient"))


def heights(line: str) -> list[float]:
    return [float(point.split(",")[1]) for point in line.split(" ")]


class TestCurve:
    def test_each_look_is_a_point_further_right_and_higher_where_it_is_better(self) -> None:
        (line,) = curve_of(0.1, 0.3, 0.2, 0.5).lines
        xs = [float(point.split(",")[0]) for point in line.split(" ")]
        assert xs == sorted(xs)
        assert xs[-1] == curve_of(0.1, 0.5).right
        first, second, third, last = heights(line)
        assert last < second < third < first

    def test_a_level_on_the_axis_is_the_height_of_its_accuracy(self) -> None:
        curve = curve_of(0.2, 0.4)
        level = {tick.text: tick.at for tick in curve.y_ticks}
        assert heights(curve.lines[0]) == [level["0.2"], level["0.4"]]

    def test_the_threshold_and_the_accuracy_that_counts_stand_at_their_heights(self) -> None:
        curve = curve_of(0.2, 0.4, full_from=0.4, metric=0.2, interval=[0.2, 0.4])
        low, high = heights(curve.lines[0])
        assert curve.full_y == high
        assert curve.final == (low, low, high)
        assert (curve.full, curve.final_text) == ("full 0.4", "0.200")

    @pytest.mark.parametrize("metric", [0.44, 0.45, 0.46, 0.47, 0.48])
    def test_two_texts_never_stand_upon_each_other(self, metric: float) -> None:
        curve = curve_of(0.1, 0.4, metric=metric, full_from=0.46)
        assert abs(curve.final_y_text - curve.full_y_text) >= 14

    @pytest.mark.parametrize("accuracies", [(0.0, 1.0), (0.99, 1.0), (0.0, 0.01), (0.5, 0.5)])
    def test_everything_lies_between_the_axes(self, accuracies: tuple[float, ...]) -> None:
        curve = curve_of(*accuracies, metric=accuracies[-1], interval=list(accuracies))
        for height in (*heights(curve.lines[0]), curve.full_y, *curve.final):
            assert curve.top <= height <= curve.bottom
        assert 3 <= len(curve.y_ticks) <= 8
        assert [tick.at for tick in curve.y_ticks] == sorted(
            {tick.at for tick in curve.y_ticks}, reverse=True
        )

    def test_every_training_has_its_line(self) -> None:
        found = evidence(training(0.1, 0.2), training(0.3), training(0.1, 0.4))
        curve = training_curve(check_with({"cases": [found]}))
        assert curve is not None
        assert len(curve.lines) == 2
        assert len(curve.dots) == 4

    def test_it_is_told_in_words(self) -> None:
        assert curve_of(0.1, 0.31).alternative == (
            "Accuracy on validation examples: 0.10 after 50%, 0.31 after 100%. In the end 0.483, "
            "with a range of 0.460 to 0.505; full credit from 0.46."
        )

    @pytest.mark.parametrize("looks", [(), (0.3,), (None, 0.3), (None, None)])
    def test_one_look_is_no_way(self, looks: tuple[float | None, ...]) -> None:
        assert training_curve(check_with({"cases": [evidence(training(*looks))]})) is None

    def test_other_kinds_have_none(self) -> None:
        found = {"cases": [evidence(training(0.1, 0.2))]}
        assert training_curve(check_with(found)) is not None
        assert training_curve(check_with(found, "output")) is None

    @pytest.mark.parametrize("key", ["metric", "full_from", "interval", "trainings"])
    @pytest.mark.parametrize("value", ["nan", None, [], [2.0, 3.0], 7.0, {}])
    def test_what_is_no_accuracy_is_no_curve(self, key: str, value: Any) -> None:
        found = evidence(training(0.1, 0.2), **{key: value})
        check = replace(check_with({"cases": [evidence()]}), evidence={"cases": [found]})
        assert training_curve(check) is None


class TestMap:
    def test_each_block_has_a_cell_at_its_place(self) -> None:
        (found,) = maps_of(map_of(rows=["1 .", "x 2"], shape=[2, 2], layout=[2, 2]))
        side = found.cell
        assert (found.width, found.height) == (2 * side, 2 * side)
        assert [(one.x, one.y, one.style) for one in found.cells] == [
            (0, 0, "s1"),
            (side, 0, "agrees"),
            (0, side, "nan"),
            (side, side, "s6"),
        ]

    def test_the_shades_divide_the_decades_that_occur(self) -> None:
        (found,) = maps_of(map_of(rows=["6 6.5 7 7.5 8 8.5 9"], shape=[7], layout=[1, 7]))
        assert [one.style for one in found.cells] == ["s1", "s2", "s3", "s4", "s5", "s6", "s6"]
        assert [(one.style, one.text) for one in found.keys] == [
            ("s1", "from 10⁶ ×"),
            ("s2", "from 3.2·10⁶ ×"),
            ("s3", "from 10⁷ ×"),
            ("s4", "from 3.2·10⁷ ×"),
            ("s5", "from 10⁸ ×"),
            ("s6", "from 3.2·10⁸ ×"),
        ]

    def test_the_legend_names_what_occurs(self) -> None:
        (found,) = maps_of(map_of(rows=[". x 0.1"], shape=[3], layout=[1, 3]))
        assert [one.text for one in found.keys] == ["agrees", "from 1 ×", "NaN or infinite"]

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            (
                {"shape": [2, 3], "layout": [2, 3], "rows": ["1 1 1", "1 1 1"]},
                "Shape (2, 3); axis 0 down (2), axis 1 to the right (3)",
            ),
            (
                {"shape": [3], "layout": [1, 3], "rows": ["1 1 1"]},
                "Shape (3,); axis 0 to the right (3)",
            ),
            (
                {"shape": [2, 3, 4, 25], "layout": [6, 100], "rows": ["1 2"] * 6},
                "Shape (2, 3, 4, 25); axes 0 and 1 down (6), axes 2 and 3 to the right "
                "(100, in 2 blocks)",
            ),
        ],
    )
    def test_the_layout_is_told(self, more: dict[str, Any], said: str) -> None:
        assert maps_of(map_of(**more))[0].layout == said

    def test_it_is_told_in_words_with_the_worst_place(self) -> None:
        rows = [". . 1", ". 2.5 ."]
        assert maps_of(map_of(rows=rows, shape=[2, 3], layout=[2, 3]))[0].alternative == (
            "Where dx, shape (2, 3), differs: in 2 of 6 cells of the picture; most in row 2, "
            "column 2, which is 316 × what is allowed."
        )
        worst = maps_of(map_of(rows=[". x 9"], shape=[3], layout=[1, 3]))[0].alternative
        assert worst.endswith("most in row 1, column 2, which is NaN or infinite.")

    def test_small_arrays_have_large_cells_and_no_picture_is_wide(self) -> None:
        (small,) = maps_of(map_of())
        (large,) = maps_of(
            map_of(rows=[" ".join(["1"] * 24)] * 24, shape=[24, 24], layout=[24, 24])
        )
        assert small.cell > large.cell
        assert max(large.width, large.height, small.width) <= 300

    def test_at_most_three_are_drawn(self) -> None:
        assert [one.name for one in maps_of(*(map_of(f"d{at}") for at in range(5)))] == [
            "d0",
            "d1",
            "d2",
        ]

    @pytest.mark.parametrize(
        "more",
        [
            {"rows": []},
            {"rows": ["1 2", "1"]},
            {"rows": [" ".join(["1"] * 25)]},
            {"rows": ["-1"]},
            {"rows": ["1e9"]},
            {"rows": ["nan"]},
            {"rows": ["word"]},
            {"shape": None},
            {"layout": [1]},
        ],
    )
    def test_what_does_not_fit_is_no_picture(self, more: dict[str, Any]) -> None:
        assert maps_of(map_of()) != ()
        assert maps_of(map_of(**more)) == ()
