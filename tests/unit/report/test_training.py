"""How a training went, in a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.records import Outcome
from grader.report.model import ReportedCheck
from grader.report.storage import read_report, write_report
from grader.report.training import BARS, sparkline, training_text

Make = Callable[..., Any]


def training(*accuracies: float | None, wall_s: float = 12.34) -> dict[str, Any]:
    """Evidence of one training with looks at its validation examples."""
    looks = [[at / len(accuracies), float(at), 1.5, seen] for at, seen in enumerate(accuracies, 1)]
    return {"seed": 7, "accuracy": 0.5, "training_wall_s": wall_s, "looks": looks}


def evidence(*trainings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Evidence of a check, with more than one thousand examples."""
    return {
        "metric": 0.4827,
        "interval": [0.4604, 0.505],
        "data": "cifar10",
        "on": "test",
        "examples": [45000, 9797],
        "device": "cpu",
        "full_from": 0.46,
        "trainings": list(trainings or [training()]),
        **more,
    }


@pytest.fixture
def told(make: Make, report: Make) -> Callable[..., str]:
    """Words a check with some evidence, as it stands in a report."""

    def text(found: dict[str, Any], kind: str = "training", **keys: Any) -> str:
        asked = make("mlp", "4", kind=kind, evidence=found, **keys)
        return training_text(only_check(report(asked)))

    return text


def only_check(report: Any) -> ReportedCheck:
    """The one check of a report."""
    (criterion,) = report.criteria
    check: ReportedCheck
    (check,) = criterion.checks
    return check


WHOLE = (
    "accuracy 0.483 (0.460 to 0.505) on 9,797 held-out examples of cifar10, full credit from "
    "0.46; 45,000 examples, 12.3 s on cpu"
)


class TestText:
    def test_it_says_what_counts_its_range_and_what_it_took(self, told: Make) -> None:
        assert told({"cases": [evidence()]}) == WHOLE

    def test_what_a_person_has_to_look_at_is_told_as_well(self, told: Make) -> None:
        assert told(evidence(), outcome=Outcome.UNJUDGED, message="A person.") == WHOLE

    @pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED])
    def test_whatever_became_of_it(self, told: Make, outcome: Outcome) -> None:
        assert told({"cases": [evidence()]}, outcome=outcome) == WHOLE

    @pytest.mark.parametrize("earlier", [1, 2])
    def test_of_several_trainings_the_number_and_the_last_one_are_told(
        self, told: Make, earlier: int
    ) -> None:
        several = [training(0.2, 0.3, wall_s=2.0)] * earlier
        assert told({"cases": [evidence(*several, training(wall_s=30.06))]}) == WHOLE.replace(
            "0.505)", f"0.505, mean of {earlier + 1} trainings)"
        ).replace("12.3 s", "30.1 s")

    def test_learning_by_heart_is_told_as_what_it_is(self, told: Make) -> None:
        found = evidence(on="train", examples=[50, 50], metric=1.0, interval=[0.963, 1.0])
        assert told({"cases": [found]}) == (
            "accuracy 1.000 (0.963 to 1.000) on 50 training examples of cifar10, full credit from "
            "0.46; 50 examples, 12.3 s on cpu"
        )

    def test_the_device_is_named(self, told: Make) -> None:
        assert told({"cases": [evidence(device="cuda:1")]}).endswith(" s on cuda:1")

    def test_the_way_there_is_drawn(self, told: Make) -> None:
        found = evidence(training(0.1, 0.31, 0.204, 0.478))
        assert told({"cases": [found]}) == f"{WHOLE}; 0.10 ▁▄▂█ 0.48 on validation"

    @pytest.mark.parametrize("looks", [(), (0.4,), (None, None), (None, 0.4)])
    def test_one_look_is_no_way(self, told: Make, looks: tuple[float | None, ...]) -> None:
        assert told({"cases": [evidence(training(*looks))]}) == WHOLE

    def test_looks_without_an_accuracy_are_left_out(self, told: Make) -> None:
        found = evidence(training(None, 0.2, None, 0.3))
        assert told({"cases": [found]}) == f"{WHOLE}; 0.20 ▁█ 0.30 on validation"

    def test_a_loss_that_is_no_number_hurts_nothing(self, told: Make) -> None:
        one = training(0.2, 0.3)
        one["looks"][1][2] = "nan"
        assert told({"cases": [evidence(one)]}).endswith("; 0.20 ▁█ 0.30 on validation")

    @pytest.mark.parametrize(
        "found",
        [{}, {"cases": [{"case": "", "outcome": "errored", "credit": 0.0}]}, {"because": "no GPU"}],
    )
    def test_where_nothing_was_measured_nothing_is_told(
        self, told: Make, found: dict[str, Any]
    ) -> None:
        assert told(found) == ""

    @pytest.mark.parametrize("kind", ["output", "open_network"])
    def test_of_other_kinds_nothing_is_told(self, told: Make, kind: str) -> None:
        assert told({"cases": [evidence()]}, kind=kind) == ""

    def test_a_report_that_was_read_back_tells_the_same(
        self, make: Make, report: Make, tmp_path: Any
    ) -> None:
        # A curve that does not move has no span to divide by.
        found = {"cases": [evidence(training(0.25, 0.25), metric=1.0)]}
        made = report(make("mlp", "4", kind="training", evidence=found))
        write_report(made, tmp_path / "report.json")
        text = training_text(only_check(read_report(tmp_path / "report.json")))
        assert text == training_text(only_check(made))
        assert text.endswith("; 0.25 ▁▁ 0.25 on validation")


class TestSparkline:
    def test_the_least_is_the_lowest_bar_and_the_most_the_highest(self) -> None:
        assert sparkline([at / 7 for at in range(8)]) == BARS
        assert sparkline([3, 1, 2]) == "█▁▄"

    def test_the_bars_have_different_heights(self) -> None:
        assert [ord(bar) for bar in BARS] == list(range(0x2581, 0x2589))

    @pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
    def test_what_does_not_move_lies_low(self, value: float) -> None:
        assert sparkline([value] * 3) == "▁▁▁"

    def test_one_value_is_one_bar(self) -> None:
        assert sparkline([0.7]) == "▁"
