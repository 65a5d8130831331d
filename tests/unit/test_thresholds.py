"""The chance to stay below a threshold, against tables, closed forms and simulation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from grader.checks.credit_curve import CreditCurve
from grader.checks.training_settings import Calibration, Setting
from grader.thresholds import (
    chance_below,
    chance_of_miss,
    odds,
    proposed_threshold,
    student_tail,
)


def setting(threshold: float, **more: object) -> Setting:
    curve = CreditCurve(((0.0, 0.0), (threshold, 1.0)))
    return replace(Setting("synthetic", 1, 10, curve, {}), **more)  # type: ignore[arg-type]


# The printed table of Student's t for a probability of 0.001 in one tail, and of 0.05.
@pytest.mark.parametrize(
    ("freedom", "rare", "common"),
    [
        (1, 318.309, 6.314),
        (2, 22.327, 2.920),
        (3, 10.215, 2.353),
        (4, 7.173, 2.132),
        (5, 5.893, 2.015),
        (9, 4.297, 1.833),
        (10, 4.144, 1.812),
        (30, 3.385, 1.697),
        (120, 3.160, 1.658),
        (math.inf, 3.090, 1.645),
    ],
)
def test_the_tail_is_that_of_the_printed_tables(freedom: float, rare: float, common: float) -> None:
    assert student_tail(rare, freedom) == pytest.approx(0.001, rel=2e-3)
    assert student_tail(common, freedom) == pytest.approx(0.05, rel=1e-3)


@pytest.mark.parametrize("t", [-40.0, -1.5, 0.0, 0.2, 3.0, 900.0])
def test_one_and_two_degrees_of_freedom_have_closed_forms(t: float) -> None:
    assert student_tail(t, 1) == pytest.approx(0.5 - math.atan(t) / math.pi, abs=1e-12)
    assert student_tail(t, 2) == pytest.approx(0.5 - t / (2 * math.sqrt(2 + t * t)), abs=1e-12)


@pytest.mark.parametrize("freedom", [3, 6, 17, 80])
@pytest.mark.parametrize("t", [0.5, 2.0, 4.0])
def test_the_tail_is_the_integral_of_the_density(freedom: int, t: float) -> None:
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    x = np.linspace(0, t, 20_001)
    density = (1 + x * x / freedom) ** (-(freedom + 1) / 2) * scale / math.sqrt(freedom * math.pi)
    assert student_tail(t, freedom) == pytest.approx(0.5 - np.trapezoid(density, x), abs=1e-8)


def test_degrees_of_freedom_in_between_are_rounded_to_the_larger_tail() -> None:
    assert student_tail(3, 4.9) == student_tail(3, 4) > student_tail(3, 5)


def test_without_a_deviation_among_trainings_the_normal_law_of_the_examples_decides() -> None:
    # sqrt(0.8 · 0.2 / 10,000 · (1 + 1/4)) = 0.0044721; (0.8 − 0.79) / 0.0044721 = 2.23607
    found = Calibration(0.8, 0.0, 4)
    assert chance_below(0.79, found, 10_000) == pytest.approx(0.0126736, rel=1e-4)


def test_without_examples_students_law_of_the_trainings_decides() -> None:
    # (0.5 − 0.4214) / (0.01 · sqrt(1.2)) = 7.175, four degrees of freedom
    assert chance_below(0.4214, Calibration(0.5, 0.01, 5), 0) == pytest.approx(0.001, rel=2e-3)


def test_both_together_have_the_degrees_of_freedom_of_satterthwaite() -> None:
    # b = 0.5 · 0.5 / 2,500 = s² = 0.01²: ν = 4 · 2² = 16, d = sqrt(2e-4 · 1.2) = 0.0154919,
    # and t of the table for 16 degrees of freedom and 0.001 is 3.686.
    threshold = 0.5 - 3.686 * 0.0154919
    assert chance_below(threshold, Calibration(0.5, 0.01, 5), 2_500) == pytest.approx(
        0.001, rel=2e-3
    )


@pytest.mark.parametrize("runs", [2, 5])
def test_a_chance_is_kept_as_often_as_it_says(runs: int) -> None:
    rng = np.random.default_rng(5)
    trainings = rng.normal(0.7, 0.02, (20_000, runs + 1))
    means = trainings[:, :runs].mean(axis=1)
    deviations = trainings[:, :runs].std(axis=1, ddof=1)
    chances = np.array(
        [
            chance_below(last, Calibration(mean, deviation, runs), 0)
            for last, mean, deviation in zip(trainings[:, -1], means, deviations, strict=True)
        ]
    )
    # Five standard errors of a share of 20,000.
    for chance in (0.01, 0.1, 0.5):
        error = math.sqrt(chance * (1 - chance) / 20_000)
        assert np.mean(chances < chance) == pytest.approx(chance, abs=5 * error)


@pytest.mark.parametrize(("threshold", "chance"), [(0.9, 0.0), (0.91, 1.0)])
def test_trainings_that_are_all_alike_leave_no_doubt(threshold: float, chance: float) -> None:
    assert chance_below(threshold, Calibration(0.9, 0.0, 5), 0) == chance


def test_of_learning_by_heart_the_best_of_several_trainings_counts() -> None:
    found = Calibration(0.95, 0.03, 5)
    once = chance_of_miss(setting(0.9, on="train", seeds=1), found, 0)
    assert once == chance_of_miss(setting(0.9, seeds=3), found, 0) > 0.05
    assert chance_of_miss(setting(0.9, on="train", seeds=3), found, 0) == once**3


def test_the_proposed_threshold_is_the_highest_in_hundredths_that_would_do() -> None:
    found = Calibration(0.494, 0.004, 5)
    proposed = proposed_threshold(setting(0.48), found, 10_000)
    # ν = 4 · (1 + 25/16)² = 26.2, d = 0.0070, t of the table for 26 is 3.435: 0.494 − 0.0241
    assert proposed == 0.46
    assert chance_of_miss(setting(0.46), found, 10_000) <= 0.001
    assert chance_of_miss(setting(0.47), found, 10_000) > 0.001


def test_where_no_threshold_would_do_none_is_proposed() -> None:
    assert proposed_threshold(setting(0.48), Calibration(0.5, 0.3, 2), 0) == 0


def test_odds_are_written_for_people() -> None:
    assert odds(1 / 3) == "1 in 3"
    assert odds(0.00004) == "1 in 25,000"
    assert odds(0.75) == "75 in 100"
    assert odds(1e-7) == "under 1 in 100,000"
    assert odds(0.999) == "over 99 in 100"
