"""What an array is to the one that was expected, found by arithmetic.

The rule against chance: a relation is said only where the array has at least `SPARE` different
numbers more than the relation has free ones, and where what it predicts is hit up to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from grader.closeness import Array
from grader.feedback.arrangements import SPARE, Guess, axis_words, moved, reduced
from grader.records import Compared

CLOSE: Final = 1e-7  # of the largest expected magnitude
CLOSE_SINGLE: Final = 1e-4
ELEMENTS_AT_MOST: Final = 200_000  # of an array that is looked at
SAME: Final = 1e-5  # a factor this near to 1 is none
ROUNDED: Final = (
    "is right in its first digits and no further, as where something on the way is in single "
    "precision (float32) or has a small number added"
)


@dataclass(frozen=True, slots=True)
class Relation:
    """What an array is to the expected one.

    Attributes:
        name: of the relation.
        says: what the array is, as a clause that follows the array's name.
        array: the array's name.
        residual: what is left unexplained, relative to the largest expected magnitude.
    """

    name: str
    says: str
    array: str
    residual: float


def relation_of(one: Compared, case: tuple[Compared, ...] = ()) -> Relation | None:
    """Finds the simplest relation that explains a wrong array; None where there is none.

    Args:
        one: the array.
        case: all arrays of its case.
    """
    actual, expected = _numbers(one.actual), _numbers(one.expected)
    if actual is None or expected is None or not np.isfinite(actual).all():
        return None
    single = np.float32 in (one.actual.dtype, one.expected.dtype)
    close = CLOSE_SINGLE if single else CLOSE
    scale = float(np.max(np.abs(expected), initial=0.0))
    if not scale or len(np.unique(expected)) < SPARE:
        return None
    for guess in _guesses(one, actual, expected, case):
        if guess.predicted.shape != actual.shape:
            continue
        # Of the larger of both: a square may be far smaller than what was expected.
        own = float(np.max(np.abs(guess.predicted), initial=0.0))
        residual = float(np.max(np.abs(actual - guess.predicted), initial=0.0))
        enough = len(np.unique(guess.predicted)) >= SPARE + guess.free or guess.name == "zero"
        if enough and residual <= close * (own or scale):
            return Relation(guess.name, guess.says, one.name, residual / (own or scale))
    return None


def _numbers(value: Any) -> Array | None:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        return None
    return value.astype(np.float64) if 0 < value.size <= ELEMENTS_AT_MOST else None


def _guesses(
    one: Compared, actual: Array, expected: Array, case: tuple[Compared, ...]
) -> Iterator[Guess]:
    """Yields relations, the simplest first."""
    with np.errstate(all="ignore"):
        if actual.shape == expected.shape:
            yield Guess("zero", "is zero everywhere", np.zeros_like(expected))
            yield from _scaled(one.inputs, actual, expected)
        yield from _others(one, expected, case)
        yield from moved(actual, expected)
        if actual.shape == expected.shape:
            yield from _by_element(actual, expected)
            yield from _by_line(actual, expected)
        yield from reduced(actual, expected)


def _scaled(inputs: Mapping[str, Any], actual: Array, expected: Array) -> Iterator[Guess]:
    yield Guess("sign", "has the wrong sign", -expected)
    factor = float(np.vdot(expected, actual) / np.vdot(expected, expected))
    if abs(factor - 1) <= SAME:
        yield Guess("rounded", ROUNDED, expected)
    elif factor:
        named, free = _factor_text(factor, inputs)
        says = f"is {named} times what is expected"
        yield Guess("factor", says, factor * expected, free)
    offset = float(np.mean(actual - expected))
    yield Guess(
        "offset", f"is off by the same number, {offset:.6g}, everywhere", expected + offset, 1
    )


def _factor_text(factor: float, inputs: Mapping[str, Any]) -> tuple[str, int]:
    """Names a factor: small numbers, or what the lengths of the inputs make."""
    plain = {2.0: "2", 0.5: "1/2", -2.0: "-2", -0.5: "-1/2", 3.0: "3", 4.0: "4", 0.25: "1/4"}
    for value, text in plain.items():
        if np.isclose(factor, value, rtol=1e-6, atol=0):
            return text, 0
    for name, value in inputs.items():
        for axis, length in enumerate(np.shape(value) if isinstance(value, np.ndarray) else ()):
            where = f"the length of axis {axis} of {name}"
            for number, text in (
                (length, f"{length} ({where})"),
                (1 / length, f"1/{length} (one over {where})"),
                (length - 1, f"{length - 1} ({where} less one)"),
                (
                    1 / (length - 1) if length > 1 else 0,
                    f"1/{length - 1} (one over {where} less one)",
                ),
                (
                    length / (length - 1) if length > 1 else 0,
                    f"{length}/{length - 1} ({where} over itself less one)",
                ),
                ((length - 1) / length, f"{length - 1}/{length} ({where} less one, over itself)"),
                (np.sqrt(length), f"√{length} (the root of {where})"),
                (1 / np.sqrt(length), f"1/√{length} (one over the root of {where})"),
            ):
                if number not in (0, 1) and np.isclose(factor, number, rtol=1e-6, atol=0):
                    return text, 0
    return f"{factor:.6g}", 1


def _others(one: Compared, expected: Array, case: tuple[Compared, ...]) -> Iterator[Guess]:
    for other in case:
        array = _numbers(other.expected)
        if other.name != one.name and array is not None:
            yield Guess("swapped", f"is what {other.name} should be", array)
    named = {**one.inputs, "the upstream gradient": one.upstream}
    for name, value in named.items():
        array = _numbers(value)
        if array is not None:
            same = "as it was given" if name == one.name else f"{name} itself"
            yield Guess("input", f"is {same}", array)
            if array.shape == expected.shape:
                yield Guess("plus_input", f"has {name} added to it", expected + array)
                yield Guess("minus_input", f"has {name} taken away from it", expected - array)
                yield Guess("times_input", f"is multiplied by {name} once more", expected * array)


def _by_element(actual: Array, expected: Array) -> Iterator[Guess]:
    yield Guess("squared", "is the square of what is expected", expected**2)
    if (expected >= 0).all():
        yield Guess("root", "is the root of what is expected", np.sqrt(expected))
    if (expected > 0).all():
        yield Guess("inverse", "is one over what is expected", 1 / expected)
        yield Guess("logarithm", "is the logarithm of what is expected", np.log(expected))
    yield Guess("magnitude", "has lost its signs", np.abs(expected))
    yield Guess("clipped", "is cut off at 0 from below", np.maximum(expected, 0))
    low, high = float(actual.min()), float(actual.max())
    if np.count_nonzero(actual == high) > 1 and low == expected.min():
        yield Guess("clipped", f"is cut off at {high:.6g} from above", np.minimum(expected, high))
    if np.count_nonzero(actual == low) > 1 and high == expected.max():
        yield Guess("clipped", f"is cut off at {low:.6g} from below", np.maximum(expected, low))
    if np.count_nonzero(actual == high) > 1 or np.count_nonzero(actual == low) > 1:
        yield Guess(
            "clipped", f"is cut off at {low:.6g} and {high:.6g}", np.clip(expected, low, high), 2
        )


def _by_line(actual: Array, expected: Array) -> Iterator[Guess]:
    """Yields what has a factor or a constant of its own in each slice along an axis."""
    for axis in range(expected.ndim if expected.ndim > 1 else 0):
        along = axis_words(expected.ndim, axis).rstrip("s")
        others = tuple(each for each in range(expected.ndim) if each != axis)
        if expected.size < 3 * expected.shape[axis]:
            continue
        count = expected.shape[axis]
        squares = np.sum(expected**2, axis=others, keepdims=True)
        factor = np.sum(expected * actual, axis=others, keepdims=True) / np.where(
            squares > 0, squares, 1
        )
        yield Guess(
            "factors", f"is off by a factor of its own in each {along}", factor * expected, count
        )
        offset = np.mean(actual - expected, axis=others, keepdims=True)
        yield Guess(
            "offsets", f"is off by a number of its own in each {along}", expected + offset, count
        )
