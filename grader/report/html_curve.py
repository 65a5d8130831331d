"""Lays a training's curve out as a picture: the accuracy on the way, and what it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.report.model import ReportedCheck

KIND: Final = "training"
WIDTH, HEIGHT = 440, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 84, 12, 44  # around the axes, in the picture's units
TRAININGS: Final = 5
LOOKS: Final = 200


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and the number beside it."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A picture of one check's trainings, in units of its view box.

    Attributes:
        lines: of each training the points of its line, as SVG writes them.
        dots: every look, as x and y.
        full_y: height of the accuracy that earns full credit.
        full: that accuracy in words.
        final: accuracy that counts and the ends of its range, as heights.
        x_ticks: along the bottom; shares of the planned training.
        y_ticks: along the left; accuracies.
        alternative: the same in words.
    """

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    full_y: float
    full: str
    final: tuple[float, float, float]
    final_text: str
    final_y_text: float
    full_y_text: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    alternative: str


def training_curve(check: ReportedCheck) -> Curve | None:
    """Lays out the curve of a training check; `None` for others, and where too little was seen.

    A stored report may hold anything as evidence, so what does not fit is no curve.
    """
    if check.kind != KIND:
        return None
    try:
        cases = check.evidence.get("cases", [check.evidence])
        return _curve(cases[0])
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None


def _curve(found: Mapping[str, Any]) -> Curve | None:
    ways = [_way(each) for each in found["trainings"][-TRAININGS:]]
    ways = [way for way in ways if len(way) > 1]
    if not ways:
        return None
    full, metric = float(found["full_from"]), float(found["metric"])
    low, high = map(float, found["interval"])
    seen = [accuracy for way in ways for _, accuracy in way]
    floor, ceiling = _range([*seen, full, metric, low, high])
    step = _step(ceiling - floor)

    def x(share: float) -> float:
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(accuracy: float) -> float:
        inside = min(1.0, max(0.0, (accuracy - floor) / (ceiling - floor)))
        return round(HEIGHT - BOTTOM - inside * (HEIGHT - TOP - BOTTOM), 1)

    levels = [floor + at * step for at in range(round((ceiling - floor) / step) + 1)]
    final_y, full_y = y(metric), y(full)
    return Curve(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        lines=tuple(" ".join(f"{x(s)},{y(a)}" for s, a in way) for way in ways),
        dots=tuple((x(s), y(a)) for way in ways for s, a in way),
        full_y=full_y,
        full=f"full {full:g}",
        final=(final_y, y(low), y(high)),
        final_text=f"{metric:.3f}",
        # Two texts at one height cannot be read.
        final_y_text=final_y + 4 if final_y <= full_y else max(final_y + 4, full_y + 18),
        full_y_text=full_y + 4 if full_y < final_y else max(full_y + 4, final_y + 18),
        x_ticks=tuple(Tick(x(share), f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)),
        y_ticks=tuple(Tick(y(level), f"{level:.2g}") for level in levels),
        alternative=_words(ways[-1], full, metric, low, high),
    )


def _way(training: Mapping[str, Any]) -> list[tuple[float, float]]:
    looks = training["looks"][:LOOKS]
    return [
        (min(1.0, max(0.0, float(share))), min(1.0, max(0.0, float(accuracy))))
        for share, _, _, accuracy in looks
        if accuracy is not None
    ]


def _step(span: float) -> float:
    return 0.2 if span > 0.5 else 0.1 if span > 0.2 else 0.05


def _range(accuracies: list[float]) -> tuple[float, float]:
    """Rounds outwards to whole steps of the axis, within 0 and 1."""
    if not all(-1e-9 <= value <= 1 + 1e-9 for value in accuracies):
        raise ValueError("no accuracy")
    low, high = min(accuracies), max(accuracies)
    step = _step(high - low + 0.1)
    floor = max(0.0, step * int(low / step - 1e-9))
    ceiling = min(1.0, step * (int(high / step + 1e-9) + 1))
    return round(floor, 6), round(max(ceiling, floor + 2 * step), 6)


def _words(
    way: list[tuple[float, float]], full: float, metric: float, low: float, high: float
) -> str:
    seen = ", ".join(f"{accuracy:.2f} after {share:.0%}" for share, accuracy in way[:12])
    return (
        f"Accuracy on validation examples: {seen}. In the end {metric:.3f}, with a range of "
        f"{low:.3f} to {high:.3f}; full credit from {full:g}."
    )
