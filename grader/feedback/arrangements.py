"""What an array is to another with the same numbers in other places, or with sums of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np

from grader.closeness import Array

SPARE: Final = (
    5  # different numbers more than were fitted, so that chance cannot explain a relation
)
ROWS_AT_LEAST: Final = 4  # that are in another order


@dataclass(frozen=True, slots=True)
class Guess:
    """A relation with what it predicts.

    Attributes:
        free: numbers that were fitted.
    """

    name: str
    says: str
    predicted: Array
    free: int = 0


def moved(actual: Array, expected: Array) -> Iterator[Guess]:
    """Yields the expected numbers in other places."""
    axes = tuple(range(expected.ndim))
    if 1 < expected.ndim <= 4:
        for order in permutations(axes):
            if order != axes:
                says = "is transposed" if len(axes) == 2 else f"has its axes in the order {order}"
                yield Guess("transposed", says, expected.transpose(order))
    if actual.size == expected.size and actual.shape != expected.shape:
        again = expected.reshape(actual.shape)
        yield Guess("reshaped", f"has the right numbers, in the shape {actual.shape}", again)
    if actual.size == expected.size and expected.ndim > 1:
        again = expected.ravel(order="F").reshape(actual.shape)
        yield Guess("fortran", "has the right numbers, read column by column", again)
    if actual.shape != expected.shape:
        return
    for axis in axes:
        along = axis_words(expected.ndim, axis)
        if expected.shape[axis] > 1:
            yield Guess("reversed", f"has its {along} in reverse order", np.flip(expected, axis))
        if expected.shape[axis] > 2:
            for step, way in ((1, "later"), (-1, "earlier")):
                rolled = np.roll(expected, step, axis)
                yield Guess("shifted", f"has its {along} one place {way}", rolled)
                edge = np.take(rolled, [0 if step > 0 else -1], axis) * 0
                cut = [slice(None)] * expected.ndim
                cut[axis] = slice(1, None) if step > 0 else slice(None, -1)
                kept = rolled[tuple(cut)]
                parts = (edge, kept) if step > 0 else (kept, edge)
                yield Guess(
                    "shifted", f"has its {along} one place {way}", np.concatenate(parts, axis)
                )
        if expected.shape[axis] >= ROWS_AT_LEAST:
            yield from _reordered(actual, expected, axis, along)


def _reordered(actual: Array, expected: Array, axis: int, along: str) -> Iterator[Guess]:
    """Yields the expected array with its slices in the order in which the actual ones come."""
    mine = np.moveaxis(actual, axis, 0).reshape(actual.shape[axis], -1)
    right = np.moveaxis(expected, axis, 0).reshape(expected.shape[axis], -1)
    if mine.shape[1] < SPARE:
        return
    ours, theirs = np.argsort(mine[:, 0]), np.argsort(right[:, 0])
    order = np.empty_like(ours)
    order[ours] = theirs
    yield Guess("reordered", f"has its {along} in another order", np.take(expected, order, axis))


def reduced(actual: Array, expected: Array) -> Iterator[Guess]:
    """Yields sums and means of the expected numbers; and sums of the actual ones that fit."""
    for axis in range(expected.ndim):
        along = axis_words(expected.ndim, axis)
        for name, reduce in (("sum", np.sum), ("mean", np.mean)):
            kept = reduce(expected, axis=axis, keepdims=True)
            if actual.shape == expected.shape:
                says = f"holds the {name} over its {along} everywhere"
                yield Guess(f"{name}_everywhere", says, np.broadcast_to(kept, expected.shape))
            else:
                says = f"is the {name} of what is expected over its {along}"
                yield Guess(f"{name}_of", says, kept.reshape(np.squeeze(kept, axis).shape))
                yield Guess(f"{name}_of", says, kept)
    for axis in range(actual.ndim):  # a sum that was forgotten
        if actual.ndim == expected.ndim + 1:
            along = axis_words(actual.ndim, axis)
            for name, reduce in (("sum", np.sum), ("mean", np.mean)):
                if reduce(actual, axis=axis).shape == expected.shape and np.allclose(
                    reduce(actual, axis=axis), expected, rtol=1e-6
                ):
                    says = f"gives what is expected only after a {name} over its {along}"
                    yield Guess(f"{name}_missing", says, actual)


def axis_words(dimensions: int, axis: int) -> str:
    """Names what an axis counts, as a course does.

    >>> axis_words(2, 0), axis_words(4, 1), axis_words(3, 1)
    ('rows', 'channels', 'slices along axis 1')
    """
    names = {
        1: ("elements",),
        2: ("rows", "columns"),
        4: ("samples", "channels", "rows", "columns"),
    }
    return names[dimensions][axis] if dimensions in names else f"slices along axis {axis}"
