"""How likely a right solution stays below a threshold, by what a few trainings reached."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from grader.checks.credit_curve import CreditCurve
from grader.checks.training_settings import Calibration, Setting

ALLOWED: Final = 1 / 1000  # of the right solutions may miss full credit
STEPS: Final = 100  # thresholds between 0 and 1 that are proposed
RARE: Final = 1e-5  # what is less likely is not told apart
MOST: Final = 0.99  # and what is more likely neither
NORMAL_FROM: Final = 200  # degrees of freedom


def odds(chance: float) -> str:
    """Writes a probability for people.

    >>> odds(0.02), odds(0.98), odds(0), odds(1)
    ('1 in 50', '98 in 100', 'under 1 in 100,000', 'over 99 in 100')
    """
    if chance < RARE:
        return f"under 1 in {1 / RARE:,.0f}"
    if chance > MOST:
        return f"over {100 * MOST:.0f} in 100"
    return f"1 in {1 / chance:,.0f}" if chance < 0.5 else f"{100 * chance:.0f} in 100"


def proposed_threshold(setting: Setting, found: Calibration, examples: int) -> float:
    """Returns the highest threshold, in hundredths, that a right solution hardly ever misses."""
    for step in range(math.floor(STEPS * found.mean), 0, -1):
        curve = CreditCurve(((0.0, 0.0), (step / STEPS, 1.0)))
        if chance_of_miss(replace(setting, curve=curve), found, examples) <= ALLOWED:
            return step / STEPS
    return 0.0


def chance_of_miss(setting: Setting, found: Calibration, examples: int) -> float:
    """Returns the probability that a right solution stays below full credit.

    Args:
        setting: has the threshold.
        found: what the reference reached.
        examples: that the metric is of; 0 where these are the training examples themselves.
    """
    chance = chance_below(setting.curve.full_from, found, examples)
    # Of learning by heart the best of several trainings counts.
    return chance**setting.seeds if setting.on == "train" else chance


def chance_below(threshold: float, found: Calibration, examples: int) -> float:
    """Returns the probability that one more training ends below a threshold.

    Args:
        threshold: of the metric.
        found: what the trainings so far reached.
        examples: how many held-out examples it is judged by; 0 where they are no sample.
    """
    # With mean a, standard deviation s of n trainings, and m held-out examples: a further one
    # differs from a by a deviation d = sqrt((s² + b)(1 + 1/n)), b = a(1 − a)/m, of a binomial law
    # (prediction of one observation: Hahn and Meeker, Statistical Intervals, 1991, chapter 4).
    # (x − a)/d follows Student's law. s² has n − 1 degrees of freedom and b, which is known,
    # endlessly many; together ν = (n − 1)((s² + b)/s²)² (Satterthwaite, Biometrics Bulletin 2,
    # 1946).
    # Where draws change the held-out examples, s² contains b, and the chance is said too large
    # rather than too small.
    spread = found.std**2
    sampling = found.mean * (1 - found.mean) / examples if examples else 0.0
    deviation = math.sqrt((spread + sampling) * (1 + 1 / found.runs))
    if not deviation:
        return float(found.mean < threshold)
    freedom = (found.runs - 1) * (1 + sampling / spread) ** 2 if spread else math.inf
    return student_tail((found.mean - threshold) / deviation, freedom)


def student_tail(t: float, freedom: float) -> float:
    """Returns the probability that a variable of Student's law is above t.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4, with degrees of
    freedom rounded down, which makes it larger; the normal law from 200 on.
    """
    if t < 0:
        return 1 - student_tail(-t, freedom)
    if freedom >= NORMAL_FROM:
        return math.erfc(t / math.sqrt(2)) / 2
    whole = math.floor(freedom)
    angle = math.atan2(t, math.sqrt(whole))
    odd = whole % 2
    term = math.cos(angle) if odd else 1.0
    series = 0.0
    for power in range(odd, whole - 1, 2):
        series += term
        term *= math.cos(angle) ** 2 * (power + 1) / (power + 2)
    inner = math.sin(angle) * series
    within = 2 / math.pi * (angle + inner) if odd else inner
    return max(0.0, (1 - within) / 2)
