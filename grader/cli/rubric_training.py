"""Draws what a rubric asks of trainings: for each setting its budget and its credit curve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from grader.plain_text import clean_text

if TYPE_CHECKING:
    from grader.checks.credit_curve import CreditCurve
    from grader.checks.training_settings import Setting
    from grader.records import CheckSpec, Rubric

TRAINING: Final = "training"
BARS: Final = "▁▂▃▄▅▆▇█"
PLAIN_BARS: Final = "_.:-=+*#"  # where there are no others
POINTS: Final = 8  # of a curve that are drawn
NAME_CHARS: Final = 76

HEADING: Final = (
    f"{'training on':<13}{'device':<7}{'epochs':>6}{'seconds':>8}  "
    f"{'credit by accuracy':<21}{'reached':>9}{'std':>7}{'runs':>5}"
)


def training_lines(rubric: Rubric, encoding: str) -> Iterator[str]:
    """Yields a table of a rubric's training settings, line by line; none where nothing trains.

    Args:
        rubric: whose.
        encoding: what the lines have to be written in.
    """
    checks = [check for one in rubric.criteria for check in one.checks if check.kind == TRAINING]
    if not checks:
        return
    yield HEADING
    for check in checks:
        yield clean_text(check.id, NAME_CHARS)
        yield from _settings(check, encoding)


def _settings(check: CheckSpec, encoding: str) -> Iterator[str]:
    bars = BARS if _carries(encoding, BARS) else PLAIN_BARS
    for setting in check.params.settings:
        curve = draw_curve(setting.curve, bars)
        yield (
            f"  {setting.data:<11}{setting.device:<7}{setting.epochs:>6g}{setting.wall_s:>8g}  "
            f"{curve:<21}{_reached(setting)}"
        )


def _reached(setting: Setting) -> str:
    found = setting.calibrated
    if found is None:
        return f"{'–':>9}{'–':>7}{'–':>5}"
    return f"{found.mean:>9.3f}{found.std:>7.3f}{found.runs:>5}"


def draw_curve(curve: CreditCurve, bars: str) -> str:
    """Draws a credit curve between the metrics where it begins to rise and where it is full.

    Args:
        curve: from a metric to credit.
        bars: characters for credit from 0 to 1, in equal steps.

    >>> from grader.checks.credit_curve import CreditCurve
    >>> draw_curve(CreditCurve(((0.4, 0.0), (0.46, 1.0))), "_.:-=+*#")
    '  0.4 _.:-=+*# 0.46'
    """
    low, high = curve.none_below, curve.full_from
    metrics = [low + (high - low) * point / (POINTS - 1) for point in range(POINTS)]
    drawn = "".join(bars[round(curve.credit(metric) * (len(bars) - 1))] for metric in metrics[:-1])
    return f"{low:>5g} {drawn}{bars[-1]} {high:g}"


def _carries(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
