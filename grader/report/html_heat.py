"""Lays the maps of differing arrays out as pictures; `grader.checks.difference_map` makes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.plain_text import clean_text
from grader.report.model import ReportedCheck

MAPS: Final = "difference_maps"  # the key in the evidence, as `grader.checks.difference_map` says
AGREES: Final = "."
NOT_A_NUMBER: Final = "x"
MAPS_AT_MOST: Final = 3
SIDE: Final = 24  # most blocks along a side
SHADES: Final = 6
UNIT: Final = 12  # size of a cell in the picture's units
TALLEST: Final = 26.0  # a cell of a small array is larger, up to this
NAME_CHARS: Final = 60

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One block: its place and what it is: `agrees`, `nan`, or `s1` to `s6`."""

    x: float
    y: float
    style: str


@dataclass(frozen=True, slots=True)
class HeatKey:
    """One entry of the legend."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A picture of one array.

    Attributes:
        name: of the array, as the message calls it.
        layout: how it lies, in words.
        cell: width and height of a cell.
        keys: legend, the least difference first.
        alternative: the picture in words.
    """

    name: str
    layout: str
    width: float
    height: float
    cell: float
    cells: tuple[HeatCell, ...]
    keys: tuple[HeatKey, ...]
    alternative: str


def heat_maps(check: ReportedCheck) -> tuple[HeatMap, ...]:
    """Lays out the maps in a check's evidence; none where it has none.

    A stored report may hold anything as evidence, so what does not fit is no map.
    """
    made = []
    try:
        for case in check.evidence.get("cases", ()):
            for found in case.get(MAPS, ())[:MAPS_AT_MOST]:
                made.append(_heat_map(found))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return ()
    return tuple(made[:MAPS_AT_MOST])


def _heat_map(found: Mapping[str, Any]) -> HeatMap:
    rows = [str(row).split(" ") for row in found["rows"]]
    shape = tuple(int(length) for length in found["shape"])
    down, right = (int(length) for length in found["layout"])
    if not 1 <= len(rows) <= SIDE or not 1 <= len(rows[0]) <= SIDE:
        raise ValueError("a map of another size")
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("a map with rows of different lengths")
    name = clean_text(str(found["name"]), NAME_CHARS)
    values = [[_value(text) for text in row] for row in rows]
    finite = [v for row in values for v in row if v is not None and math.isfinite(v)]
    low, high = _decades(finite)
    cell = max(UNIT, min(TALLEST, 160 / max(len(rows), len(rows[0]))))
    cells = tuple(
        HeatCell(round(column * cell, 2), round(row * cell, 2), _style(value, low, high))
        for row, line in enumerate(values)
        for column, value in enumerate(line)
    )
    return HeatMap(
        name=name,
        layout=_layout(shape, down, right, len(rows), len(rows[0])),
        width=round(cell * len(rows[0]), 2),
        height=round(cell * len(rows), 2),
        cell=round(cell, 2),
        cells=cells,
        keys=_keys({each.style for each in cells}, low, high),
        alternative=_words(name, shape, values),
    )


def _value(text: str) -> float | None:
    if text == AGREES:
        return None
    if text == NOT_A_NUMBER:
        return math.inf
    value = float(text)
    if not 0 <= value <= 1000:
        raise ValueError("no logarithm of an excess")
    return value


def _decades(values: list[float]) -> tuple[int, int]:
    """Rounds the range of the logarithms outwards; at least one decade."""
    if not values:
        return 0, 1
    low = math.floor(min(values))
    return low, max(math.ceil(max(values)), low + 1)


def _shade(value: float, low: int, high: int) -> int:
    return min(SHADES, 1 + int(SHADES * (value - low) / (high - low)))


def _style(value: float | None, low: int, high: int) -> str:
    if value is None:
        return "agrees"
    return f"s{_shade(value, low, high)}" if math.isfinite(value) else "nan"


def _keys(used: set[str], low: int, high: int) -> tuple[HeatKey, ...]:
    keys = [HeatKey("agrees", "agrees")] if "agrees" in used else []
    for shade in range(1, SHADES + 1):
        begin = low + (high - low) * (shade - 1) / SHADES
        if f"s{shade}" in used:
            keys.append(HeatKey(f"s{shade}", f"from {_times(begin)}"))
    if "nan" in used:
        keys.append(HeatKey("nan", "NaN or infinite"))
    return tuple(keys)


def _times(logarithm: float) -> str:
    """Writes a multiple of what is allowed.

    >>> _times(0.5), _times(6.5)
    ('3.2 ×', '3.2·10⁶ ×')
    """
    if logarithm < 3:
        return f"{10**logarithm:.2g} ×" if logarithm < 2 else f"{10**logarithm:.0f} ×"
    digits, exponent = f"{10 ** (logarithm % 1):.1f}", math.floor(logarithm)
    if digits == "10.0":
        digits, exponent = "1.0", exponent + 1
    power = f"10{str(exponent).translate(_RAISED)}"
    return f"{power} ×" if digits == "1.0" else f"{digits}·{power} ×"


def _layout(shape: tuple[int, ...], down: int, right: int, rows: int, columns: int) -> str:
    axes = len(shape) // 2
    parts = []
    if axes:
        parts.append(f"{_axes(0, axes)} down ({_lengths(down, rows)})")
    parts.append(f"{_axes(axes, len(shape))} to the right ({_lengths(right, columns)})")
    return f"Shape {shape}; {', '.join(parts)}"


def _axes(begin: int, end: int) -> str:
    named = [str(axis) for axis in range(begin, end)]
    if len(named) == 1:
        return f"axis {named[0]}"
    return f"axes {', '.join(named[:-1])} and {named[-1]}" if named else "its number"


def _lengths(length: int, blocks: int) -> str:
    return f"{length}" if length == blocks else f"{length}, in {blocks} blocks"


def _words(name: str, shape: tuple[int, ...], values: list[list[float | None]]) -> str:
    flat = [(v, row, column) for row, line in enumerate(values) for column, v in enumerate(line)]
    wrong = [(v, row, column) for v, row, column in flat if v is not None]
    if not wrong:
        return f"{name}, shape {shape}: all agree."
    worst, row, column = max(wrong)
    much = f"{_times(worst)} what is allowed" if math.isfinite(worst) else "NaN or infinite"
    return (
        f"Where {name}, shape {shape}, differs: in {len(wrong)} of {len(flat)} cells of the "
        f"picture; most in row {row + 1}, column {column + 1}, which is {much}."
    )
