"""Where an array begins to differ, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grader.closeness import SCALE_FLOOR, differences, tolerance_for
from grader.feedback.arrangements import axis_words
from grader.records import Compared

NAMED_AT_MOST: Final = 3  # slices that are listed one by one
# Names of weights, such as dw or grads['W2']: their four axes are not those of images.
_WEIGHTS: Final = re.compile(
    r"(?i)(?:^|[^a-z])d?(?:conv_|fc_)?(?:w\d*|weights?|kernel)(?:$|[^a-z])"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an array differs.

    Attributes:
        array: its name.
        says: a sentence.
        index: of the first element that differs, in C order.
    """

    array: str
    says: str
    index: tuple[int, ...]


def place_of(one: Compared) -> Place | None:
    """Finds a whole part of an array that is right; None where all of it is wrong, or none."""
    actual, expected = one.actual, one.expected
    if not isinstance(actual, np.ndarray) or actual.dtype.kind not in "fiub":
        return None
    if actual.shape != expected.shape or expected.size < 2:
        return None
    tolerance = tolerance_for(actual.dtype, expected.dtype)
    with np.errstate(all="ignore"):
        difference, allowed = differences(actual, expected, tolerance, SCALE_FLOOR)
    wrong = ~(difference <= allowed)
    if not wrong.any() or wrong.all():
        return None
    first = tuple(int(each[0]) for each in np.nonzero(wrong))
    said = _negative(one, wrong) or _border(one, wrong) or _slices(one.name, wrong)
    return Place(one.name, said, first) if said else None


def _negative(one: Compared, wrong: npt.NDArray[np.bool_]) -> str:
    """Says that exactly the elements differ at which an input has one sign."""
    for name, value in one.inputs.items():
        if not isinstance(value, np.ndarray) or value.shape != wrong.shape:
            continue
        for word, where in (("negative", value < 0), ("positive", value > 0)):
            if 3 <= np.count_nonzero(where) < where.size and np.array_equal(where, wrong):
                return f"{one.name} is wrong exactly where {name} is {word}."
    return ""


def _border(one: Compared, wrong: npt.NDArray[np.bool_]) -> str:
    """Says that pictures are wrong at their border alone, or inside alone."""
    if wrong.ndim != 4 or min(wrong.shape[2:]) < 3 or _WEIGHTS.search(one.name):
        return ""
    inside = wrong[:, :, 1:-1, 1:-1]
    if not inside.any():
        return f"{one.name} is right inside of each picture and wrong at the border alone."
    return ""


def _slices(name: str, wrong: npt.NDArray[np.bool_]) -> str:
    for axis in range(wrong.ndim):
        others = tuple(each for each in range(wrong.ndim) if each != axis)
        lines = np.asarray(wrong.any(axis=others))
        if lines.all() or wrong.shape[axis] < 2:
            continue
        images = wrong.ndim == 4 and not _WEIGHTS.search(name)
        plain = images or wrong.ndim < 3
        words = axis_words(wrong.ndim, axis) if plain else f"slices along axis {axis}"
        bad = [int(each) for each in np.flatnonzero(lines)]
        good = len(lines) - len(bad)
        first, count = bad[0], len(lines)
        if bad == list(range(first, count)) and first and len(bad) > 1:
            before = f"{words} 0–{first - 1} agree" if plain else f"{words} agree up to {first - 1}"
            if first == 1:
                before = f"the first of the {words} agrees"
            return f"{name}: {before}, from number {first} on they differ (counted from 0)."
        if bad == list(range(len(bad))) and len(bad) > 1:
            return f"{name}: the first {len(bad)} {words} differ, the others agree."
        if len(bad) <= NAMED_AT_MOST and good > len(bad):
            return f"{name}: of the {words} only {_listed(bad, count)}."
    return ""


def _listed(bad: list[int], count: int) -> str:
    if bad == [0]:
        return "the first differs"
    if bad == [count - 1]:
        return "the last differs"
    text = " and ".join([", ".join(map(str, bad[:-1])), str(bad[-1])] if bad[1:] else map(str, bad))
    return f"{text} {'differ' if bad[1:] else 'differs'} (counted from 0)"


def index_text(index: tuple[Any, ...]) -> str:
    """Writes an index as Python does."""
    return f"({', '.join(map(str, index))}{',' if len(index) == 1 else ''})"
