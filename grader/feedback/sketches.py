"""Sketches of arrays: a few numbers by which equality up to rounding is told without the array.

A sketch is the array's Euclidean norm and its sums under fixed pseudo-random signs. Two arrays with
the same sketch are the same but for chance: the difference of their sums is as large as the norm of
their difference, on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grader.closeness import Array

PROJECTIONS: Final = 4
# Ten digits are three more than a match asks for, and keep a file of sketches small.
DIGITS: Final = 10
ELEMENTS_AT_MOST: Final = 1_000_000  # of an array that is sketched; 100 ms


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of an array.

    Attributes:
        shape: without axes of length 1, which course code keeps or drops at will.
        norm: Euclidean; NaN where an element is not finite.
        sums: one for each projection.
    """

    shape: tuple[int, ...]
    norm: float
    sums: tuple[float, ...]

    def to_json(self) -> list[Any]:
        """Makes JSON: the shape, then the norm and the sums."""
        return [[*self.shape], *(float(f"{each:.{DIGITS}g}") for each in (self.norm, *self.sums))]


def sketch_of(array: npt.NDArray[Any] | None) -> Sketch | None:
    """Sketches an array of real numbers.

    Returns:
        None where there is no array, or one that is not to be sketched.
    """
    if array is None or array.dtype.kind not in "fiub" or array.size > ELEMENTS_AT_MOST:
        return None
    flat = np.asarray(array, dtype=np.float64).ravel()
    shape = tuple(length for length in array.shape if length != 1)
    if not np.isfinite(flat).all():
        return Sketch(shape, float("nan"), (float("nan"),) * PROJECTIONS)
    with np.errstate(over="ignore"):
        sums = _signs(flat.size) @ flat
        return Sketch(shape, float(np.linalg.norm(flat)), tuple(map(float, sums)))


def sketch_from(value: Any) -> Sketch | None:
    """Reads the JSON of a sketch; None where it is none."""
    match value:
        case [list(shape), float() | int() as norm, *sums] if len(sums) == PROJECTIONS:
            if all(type(each) is int for each in shape) and all(
                isinstance(each, float | int) for each in sums
            ):
                return Sketch(tuple(shape), float(norm), tuple(map(float, sums)))
    return None


def distance(one: Sketch, other: Sketch) -> float:
    """Estimates the norm of the difference of two arrays; infinity where the shapes differ.

    >>> a, b = sketch_of(np.ones(9)), sketch_of(np.ones(9) * 3)
    >>> distance(a, a), distance(a, b) > 1
    (0.0, True)
    """
    if one.shape != other.shape:
        return float("inf")
    parts = [a - b for a, b in zip(one.sums, other.sums, strict=True)]
    # The norms tell apart what the signs happen to cancel.
    parts.append(one.norm - other.norm)
    return float(np.sqrt(np.mean(np.square(parts[:-1])) + parts[-1] ** 2))


@lru_cache(maxsize=64)
def _signs(count: int) -> Array:
    """Makes signs of shape (PROJECTIONS, count), the same on every machine and with any NumPy.

    SplitMix64 (Steele, Lea & Flood 2014), of which one bit is taken for each element.
    """
    with np.errstate(over="ignore"):
        number = np.arange(1, PROJECTIONS * count + 1, dtype=np.uint64)
        number *= np.uint64(0x9E3779B97F4A7C15)
        number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits = (number ^ (number >> np.uint64(31))) & np.uint64(1)
    return (2.0 * bits.astype(np.float64) - 1.0).reshape(count, PROJECTIONS).T
