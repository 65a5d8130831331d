"""The credit of a check by other parameters, from what its report holds."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checks import CHECK_KINDS
from grader.preview.remeasured import (
    BY_A_PERSON,
    IN_BETWEEN,
    NOT_MEASURED,
    OTHER_CASES,
    OTHER_READING,
    OTHER_SETTING,
    OWN_FORWARD,
    Bounds,
    remeasured,
)
from grader.records import CheckResult, CheckSpec, Outcome

FLOAT64 = {"rtol": 1e-8, "atol": 1e-9}
NORMAL = {"normal": {"shape": [3, 2]}}


def tolerance(times: float = 1.0, **more: float) -> dict[str, Any]:
    scaled = {key: value * times for key, value in FLOAT64.items()}
    return {**scaled, **more, "because": "it is only a test"}


def spec_of(kind: str, **data: Any) -> CheckSpec:
    body = {"subject": "m.f", "convention": "functions_with_cache", **data}
    if kind != "training":
        body.setdefault("inputs", {"x": NORMAL})
    return CheckSpec("f/a", kind, CHECK_KINDS[kind].parse(body))


def result_of(kind: str, *cases: dict[str, Any]) -> CheckResult:
    credit = min(case["credit"] for case in cases)
    outcome = Outcome.PASSED if credit == 1 else Outcome.FAILED
    return CheckResult("f/a", kind, outcome, credit, evidence={"cases": list(cases)})


def output(share: float | str, **more: Any) -> dict[str, Any]:
    wrong = float(share) > 1
    return {
        "case": "",
        "credit": float(not wrong),
        "relative_error": {"out": 0.5} if wrong else {},
        "of_allowed": {"out": share},
        "tolerance": FLOAT64,
        **more,
    }


class TestOutputs:
    @pytest.mark.parametrize("share", [0.0, 0.5, 1.5, "inf"])
    def test_without_an_edit_the_credit_stays(self, share: float | str) -> None:
        credit = float(float(share) <= 1)
        found = remeasured(result_of("output", output(share)), spec_of("output"))
        assert found == Bounds(credit, credit)

    @pytest.mark.parametrize(
        ("share", "times", "credit"),
        [(5.0, 10, 1), (50.0, 10, 0), ("inf", 1e9, 0), (0.05, 0.1, 1), (0.5, 0.1, 0)],
    )
    def test_a_tolerance_that_grows_or_shrinks_evenly_tells_all(
        self, share: float | str, times: float, credit: float
    ) -> None:
        spec = spec_of("output", tolerance=tolerance(times))
        found = remeasured(result_of("output", output(share)), spec)
        assert found == Bounds(credit, credit)

    def test_what_was_below_the_least_that_is_written_may_be_anything_below_it(self) -> None:
        result = result_of("output", output(0.0))
        assert remeasured(result, spec_of("output", tolerance=tolerance(0.01))) == Bounds(1, 1)
        found = remeasured(result, spec_of("output", tolerance=tolerance(1e-6)))
        assert found == Bounds(0.0, 1.0, IN_BETWEEN)

    def test_two_parts_that_change_unevenly_leave_a_range(self) -> None:
        spec = spec_of("output", tolerance=tolerance(atol=1e-7))  # rtol as before, atol 100 times
        assert remeasured(result_of("output", output(5.0)), spec) == Bounds(0.0, 1.0, IN_BETWEEN)
        assert remeasured(result_of("output", output(500.0)), spec) == Bounds(0.0, 0.0)
        assert remeasured(result_of("output", output(0.5)), spec) == Bounds(1.0, 1.0)

    def test_no_tolerance_mends_a_shape(self) -> None:
        case = output(0.5, credit=0.0, relative_error={"mean": -1})
        spec = spec_of("output", tolerance=tolerance(1e6))
        assert remeasured(result_of("output", case), spec) == Bounds(0.0, 0.0)

    def test_what_raised_stays_as_it_is(self) -> None:
        case = {"case": "", "credit": 0.0, "outcome": "errored"}
        spec = spec_of("output", tolerance=tolerance(1e6))
        assert remeasured(result_of("output", case), spec) == Bounds(0.0, 0.0)

    def test_single_precision_keeps_what_it_is_allowed_at_least(self) -> None:
        case = output(0.9, single=["out"])
        spec = spec_of("output", tolerance=tolerance(0.1))  # still below what float32 may
        assert remeasured(result_of("output", case), spec) == Bounds(1.0, 1.0)

    def test_another_reading_may_fit(self) -> None:
        also = {"also": ["alternatives.f"]}
        looser = spec_of("output", tolerance=tolerance(10), **also)
        tighter = spec_of("output", tolerance=tolerance(0.1), **also)
        wrong, right = result_of("output", output(50.0)), result_of("output", output(0.5))
        assert remeasured(wrong, looser) == Bounds(0.0, 1.0, OTHER_READING)
        assert remeasured(wrong, tighter) == Bounds(0.0, 0.0)
        assert remeasured(right, tighter) == Bounds(0.0, 1.0, OTHER_READING)
        assert remeasured(right, looser) == Bounds(1.0, 1.0)

    def test_the_worst_case_that_the_text_promises_counts(self) -> None:
        cases = [{"name": "one"}, {"name": "two"}, {"name": "three", "beyond_text": True}]
        spec = spec_of("output", cases=cases, tolerance=tolerance(10))
        found = remeasured(
            result_of(
                "output", output(0.1, case="one"), output(5.0, case="two"), output(90, case="three")
            ),
            spec,
        )
        assert found == Bounds(1.0, 1.0)

    @pytest.mark.parametrize("names", [["one"], ["one", "three"]])
    def test_other_cases_cannot_be_told(self, names: list[str]) -> None:
        spec = spec_of("output", cases=[{"name": "one"}, {"name": "two"}])
        cases = [output(0.1, case=name) for name in names]
        assert remeasured(result_of("output", *cases), spec) == Bounds(0.0, 1.0, OTHER_CASES)

    def test_a_report_without_shares_tells_nothing_of_a_tolerance(self) -> None:
        case = {"case": "", "credit": 1.0, "relative_error": {}}
        result = result_of("output", case)
        assert remeasured(result, spec_of("output")) == Bounds(1.0, 1.0)
        found = remeasured(result, spec_of("output", tolerance=tolerance(2)))
        assert found == Bounds(0.0, 1.0, NOT_MEASURED)

    def test_a_tolerance_that_was_taken_back_is_that_of_the_inputs(self) -> None:
        wide = {"rtol": 1e-6, "atol": 1e-7}
        near, far = output(0.001, tolerance=wide), output(0.5, tolerance=wide)
        assert remeasured(result_of("output", near), spec_of("output")) == Bounds(1.0, 1.0)
        assert remeasured(result_of("output", far), spec_of("output")) == Bounds(0.0, 0.0)

    @pytest.mark.parametrize("evidence", [{}, {"cases": 3}, {"cases": ["x"]}, {"cases": []}])
    def test_evidence_of_another_form_changes_nothing(self, evidence: Any) -> None:
        result = CheckResult("f/a", "output", Outcome.FAILED, 0.25, evidence=evidence)
        assert remeasured(result, spec_of("output")) == Bounds(0.25, 0.25)

    def test_shares_that_are_no_numbers_tell_nothing(self) -> None:
        case = output(0.5, of_allowed={"out": "many"})
        found = remeasured(result_of("output", case), spec_of("output", tolerance=tolerance(10)))
        assert found == Bounds(0.0, 1.0, NOT_MEASURED)


def gradient(shares: dict[str, float], **more: Any) -> dict[str, Any]:
    wrong = {name: 0.5 for name, share in shares.items() if share > 1}
    return {
        "case": "",
        "credit": float(not wrong),
        "reference_relative_error": wrong,
        "of_allowed": shares,
        "tolerance": FLOAT64,
        "forward_relative_error": 0.0,
        **more,
    }


def gradient_spec(**more: Any) -> CheckSpec:
    inputs = {name: NORMAL for name in "xwb"}
    return spec_of("gradient", inputs=inputs, wrt=["x", "w", "b"], **more)


class TestGradients:
    def test_other_shares_of_credit_are_applied(self) -> None:
        result = result_of("gradient", gradient({"x": 9.0, "w": 0.1, "b": 0.1}))
        assert remeasured(result, gradient_spec()) == Bounds(0.0, 0.0)
        spec = gradient_spec(credit={"x": 2, "w": 1, "b": 1})
        assert remeasured(result, spec) == Bounds(0.5, 0.5)

    def test_credit_that_is_all_or_nothing_again(self) -> None:
        case = gradient({"x": 9.0, "w": 0.1, "b": 0.1}, credit=0.5)
        assert remeasured(result_of("gradient", case), gradient_spec()) == Bounds(0.0, 0.0)

    def test_a_looser_tolerance_takes_in_what_was_close(self) -> None:
        spec = gradient_spec(credit={"x": 2, "w": 1, "b": 1}, tolerance=tolerance(10))
        result = result_of("gradient", gradient({"x": 9.0, "w": 90.0, "b": 0.1}))
        assert remeasured(result, spec) == Bounds(0.75, 0.75)

    def test_a_gradient_of_a_wrong_shape_stays_wrong(self) -> None:
        case = gradient({"x": 0.1, "w": 0.1}, credit=0.0, reference_relative_error={"b": -1})
        spec = gradient_spec(credit={"x": 2, "w": 1, "b": 1}, tolerance=tolerance(1e6))
        assert remeasured(result_of("gradient", case), spec) == Bounds(0.75, 0.75)

    def test_what_followed_from_a_wrong_forward_may_do_so_no_longer(self) -> None:
        shares = {"x": 9.0, "w": 0.1, "b": 0.1}
        case = gradient(shares, credit=1.0, reference_relative_error={})
        result = result_of("gradient", case)
        assert remeasured(result, gradient_spec()) == Bounds(1.0, 1.0)
        spec = gradient_spec(tolerance=tolerance(2))
        assert remeasured(result, spec) == Bounds(0.0, 1.0, OWN_FORWARD)
        assert remeasured(result, gradient_spec(own_forward=True, tolerance=tolerance(2))) == (
            Bounds(1.0, 1.0)
        )

    def test_another_reading_may_fit(self) -> None:
        spec = gradient_spec(also=["alternatives.f"], tolerance=tolerance(2))
        result = result_of("gradient", gradient({"x": 9.0, "w": 0.1, "b": 0.1}))
        assert remeasured(result, spec) == Bounds(0.0, 1.0, OTHER_READING)

    def test_what_raised_stays_as_it_is(self) -> None:
        case = {"case": "", "credit": 0.0}
        assert remeasured(result_of("gradient", case), gradient_spec()) == Bounds(0.0, 0.0)


def training_spec(curve: list[list[float]], **more: Any) -> CheckSpec:
    setting = {"data": "synthetic", "epochs": 1, "wall_s": 9, "curve": curve, **more}
    return spec_of("training", loop="solver", options={"solver": "s.S"}, settings=[setting])


def training(metric: float, **more: Any) -> dict[str, Any]:
    case = {"metric": metric, "data": "synthetic", "on": "test", "device": "cpu", **more}
    return {"case": "", "credit": 0.5, "trainings": [{"parameters": 120}], **case}


class TestTrainings:
    def test_another_curve_is_applied_to_the_metric(self) -> None:
        spec = training_spec([[0.4, 0], [0.8, 1]])
        assert remeasured(result_of("training", training(0.5)), spec) == Bounds(0.25, 0.25)
        assert remeasured(result_of("training", training(0.9)), spec) == Bounds(1.0, 1.0)

    def test_fewer_parameters_may_be_too_few(self) -> None:
        result = result_of("training", training(0.9))
        small = training_spec([[0.4, 0], [0.8, 1]], parameters=100)
        assert remeasured(result, small) == Bounds(0.0, 0.0)
        large = training_spec([[0.4, 0], [0.8, 1]], parameters=120)
        assert remeasured(result, large) == Bounds(1.0, 1.0)

    def test_above_a_ceiling_a_person_looks(self) -> None:
        spec = training_spec([[0.4, 0], [0.8, 1]], ceiling=0.85)
        result = result_of("training", training(0.9))
        assert remeasured(result, spec) == Bounds(0.0, 1.0, BY_A_PERSON)

    def test_a_setting_that_is_gone_cannot_be_told(self) -> None:
        result = result_of("training", training(0.9, data="cifar10"))
        found = remeasured(result, training_spec([[0.4, 0], [0.8, 1]]))
        assert found == Bounds(0.0, 1.0, OTHER_SETTING)

    def test_the_setting_of_its_device_is_taken(self) -> None:
        spec = spec_of(
            "training",
            loop="solver",
            options={"solver": "s.S"},
            settings=[
                {"data": "synthetic", "epochs": 1, "wall_s": 9, "device": device, "curve": curve}
                for device, curve in (
                    ("cuda", [[0.4, 0], [0.8, 1]]),
                    ("cpu", [[0.4, 0], [0.5, 1]]),
                )
            ],
        )
        on_cpu = result_of("training", training(0.6))
        on_gpu = result_of("training", training(0.6, device="cuda:0"))
        assert remeasured(on_cpu, spec) == Bounds(1.0, 1.0)
        assert remeasured(on_gpu, spec) == Bounds(0.5, 0.5)

    def test_a_training_that_failed_stays_as_it_is(self) -> None:
        result = result_of("training", {"case": "", "credit": 0.0})
        assert remeasured(result, training_spec([[0.4, 0], [0.8, 1]])) == Bounds(0.0, 0.0)


def test_what_is_not_measured_in_numbers_stays_as_it_is() -> None:
    result = CheckResult("f/a", "structure", Outcome.FAILED, 0.0, evidence={"cases": [{}]})
    assert remeasured(result, CheckSpec("f/a", "structure", None)) == Bounds(0.0, 0.0)
