"""Draws small maps of where an array differs from the expected one, for the report's pictures.

An array is laid out in two dimensions: its first axes run down, the others to the right. It is cut
into a few blocks, and a block says how many times the allowed difference its worst element is off,
as a decimal logarithm. The rows are written as text, because a report gives each number of a list
a line of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grader.closeness import Array, Tolerance, differences

MAPS: Final = "difference_maps"  # the key in a check's evidence
# Most blocks along a side: of the first wrong array, the second and the third. Four characters
# each make 4 KB in all.
SIDES: Final = (24, 12, 12)
AGREES: Final = "."
LEAST: Final = 0.1  # what is hardly beyond the allowed difference is still written in a few letters
NOT_A_NUMBER: Final = "x"  # the block holds NaN or infinity


@dataclass(frozen=True, slots=True)
class Misfit:
    """An array that differs, with what it was compared with.

    Attributes:
        actual: any shape, of real numbers.
        expected: the same shape.
        tolerance: that it was compared with.
        scale_floor: see `closeness.compare`.
    """

    actual: Array
    expected: Array
    tolerance: Tolerance
    scale_floor: float


def difference_maps(misfits: Iterable[tuple[str, Misfit | None]]) -> dict[str, Any]:
    """Makes the evidence of the first arrays that differ, by name; empty where nothing can be seen.

    A map has the keys `name`, `shape` of the array, `layout` (how many elements down and to the
    right, as it is laid out), and `rows`: of each row of blocks the logarithms, rounded to two
    digits, with a space between; `AGREES` where all elements of the block agree.
    """
    seen = [(name, misfit) for name, misfit in misfits if misfit and misfit.expected.size > 1]
    maps = [_map(name, misfit, side) for (name, misfit), side in zip(seen, SIDES, strict=False)]
    return {MAPS: maps} if maps else {}


def _map(name: str, misfit: Misfit, side: int) -> Mapping[str, Any]:
    difference, allowed = differences(
        misfit.actual, misfit.expected, misfit.tolerance, misfit.scale_floor
    )
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        excess = np.where(difference > allowed, difference / allowed, 0.0)
    down = math.prod(excess.shape[: excess.ndim // 2])
    worst = _in_blocks(excess.reshape(down, -1), side)
    return {
        "name": name,
        "shape": list(excess.shape),
        "layout": [down, excess.size // down],
        "rows": [" ".join(map(_written, row)) for row in worst.tolist()],
    }


def _in_blocks(sheet: Array, side: int) -> Array:
    """Takes the largest element of each block; all blocks have one size but those at the ends."""
    for axis in (0, 1):
        length = sheet.shape[axis]
        sheet = np.maximum.reduceat(sheet, range(0, length, -(-length // side)), axis=axis)
    return sheet


def _written(excess: float) -> str:
    if excess == 0.0:
        return AGREES
    # What is beyond the largest float divided by what is allowed is as bad as no number.
    return f"{max(math.log10(excess), LEAST):.2g}" if math.isfinite(excess) else NOT_A_NUMBER
