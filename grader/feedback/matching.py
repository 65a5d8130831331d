"""Holds what a hand-in gave against a book of mistakes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite, isnan, prod
from typing import Final

import numpy as np

from grader.closeness import Array
from grader.feedback.book import Book, Page, key_of, sketches_of
from grader.feedback.sketches import Sketch, distance, sketch_of
from grader.feedback.symptoms import same_symptom, symptom_of
from grader.records import CheckResult, Compared

# Of the array's norm: rounding of float64 in another order of summation stays far below, and the
# smallest believable slip is ten times larger. A float32 value carries 6e-8 of each element.
CLOSE: Final = 1e-7
CLOSE_SINGLE: Final = 1e-5
# Of the mistake's own distance from what is right: what is nearer may be the same mistake in
# another form, such as one with an eps more. Single precision may hide more of a small mistake.
HIT: Final = 1e-3
HIT_SINGLE: Final = 0.05
# Of an array, so many broken numbers are held against ratios of counts up to the largest one. One
# number in 200 is one by chance, in single precision; of 8 no more than a negligible part.
LOOKED_AT: Final = 8
LARGEST_COUNT: Final = 256
RATIO_CLOSE: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Match:
    """A mistake that gives what the hand-in gave.

    Attributes:
        name: of the mistake.
        whole: all arrays agree; else some of those that are wrong.
        explained: names of the wrong arrays that agree.
        unexplained: names of the wrong arrays that do not.
        residual: the largest distance of one of them, over the mistake's distance from what is
            right.
        sure: they agree up to rounding, and one has numbers that it could not have by chance.
    """

    name: str
    whole: bool
    explained: tuple[str, ...]
    unexplained: tuple[str, ...]
    residual: float
    sure: bool


def same(one: Sketch | None, other: Sketch | None) -> bool:
    """Tells whether two sketches are those of one array, up to rounding."""
    if one is None or other is None:
        return one is other
    return distance(one, other) <= CLOSE * max(one.norm, other.norm)


def matches(result: CheckResult, book: Book) -> tuple[Match, ...]:
    """Finds the mistakes that explain a check's wrong arrays, the best first.

    Of mistakes that explain alike, the order of the page decides: the likeliest stands first.
    """
    page = book.pages.get(result.id)
    wrong = [each for each in result.compared if each.wrong]
    if page is None or not wrong or not _is_up_to_date(page, result.compared):
        return ()
    given = sketches_of(result.compared)
    found = []
    for name in page.given:
        match = _match(name, page, result.compared, given)
        if match is not None:
            found.append(match)
    return tuple(
        sorted(found, key=lambda each: (not each.whole, not each.sure, -len(each.explained)))
    )


def named_by_symptom(result: CheckResult, book: Book) -> tuple[str, ...]:
    """Names the mistakes of which a check says what it says of the hand-in, the likeliest first."""
    page, symptom = book.pages.get(result.id), symptom_of(result)
    if page is None or not symptom:
        return ()
    return tuple(name for name, said in page.said.items() if same_symptom(said, symptom))


def contradicts(name: str, book: Book, passed: Collection[str]) -> bool:
    """Tells whether a mistake would have failed a check that the hand-in passed."""
    return any(name in book.pages[check].fails for check in passed if check in book.pages)


def _is_up_to_date(page: Page, compared: Collection[Compared]) -> bool:
    return all(
        key_of(each) in page.right and _agree(sketch_of(each.expected), page.right[key_of(each)])
        for each in compared
    )


def _agree(one: Sketch | None, other: Sketch | None) -> bool:
    # Another machine's libraries round otherwise.
    if one is None or other is None:
        return False
    return distance(one, other) <= CLOSE_SINGLE * max(one.norm, other.norm, 1e-30)


def _match(
    name: str, page: Page, compared: Collection[Compared], given: Mapping[str, Sketch | None]
) -> Match | None:
    arrays = page.given[name]
    hits: dict[str, list[_Hit]] = {}
    unexplained: dict[str, None] = {}
    spared: set[str] = set()
    telling: set[str] = set()
    whole = True
    for each in compared:
        key, hit = key_of(each), None
        if key in arrays:
            hit = _hit(given[key], arrays[key], page.right[key], each.actual)
            # What nothing was done to is near to what was done to it by little, and no more.
            if hit is not None and not hit.exact and _is_as_given(each):
                hit = None
            # What is right although the mistake would change it speaks against the mistake.
            whole = whole and hit is not None
            if hit is None and not each.wrong:
                spared.add(each.name)
        if each.wrong and hit is None:
            unexplained[each.name] = None
        elif each.wrong and hit is not None:
            hits.setdefault(each.name, []).append(hit)
            if _is_telling(each):
                telling.add(each.name)
    # An array that is right in one case, where the mistake would change it too, has another fault.
    unexplained |= {array: None for array in hits if array in spared}
    hits = {array: found for array, found in hits.items() if array not in spared}
    whole = whole and not unexplained
    every = [hit for found in hits.values() for hit in found]
    sure = not telling.isdisjoint(hits) and all(hit.exact for hit in every)
    # A zero that one case of several gives, and a mistake too, is a coincidence; so is one array
    # that a small step brings near to what a mistake gives, where another speaks against it, and
    # an accuracy on a few samples: of ten, one in ten is right by many mistakes.
    if not hits or not (whole or sure):
        return None
    return Match(
        name=name,
        whole=whole,
        explained=tuple(hits),
        unexplained=tuple(unexplained),
        residual=max(hit.residual for hit in every),
        sure=sure,
    )


@dataclass(frozen=True, slots=True)
class _Hit:
    """How an array agrees with what a mistake gives.

    Attributes:
        residual: the distance, over that of the mistake from what is right.
        exact: up to rounding, and not just for the most part.
    """

    residual: float
    exact: bool


def _hit(
    actual: Sketch | None, predicted: Sketch | None, right: Sketch | None, array: Array | None
) -> _Hit | None:
    """Compares an array with what a mistake gives; None where they are too far from each other."""
    if actual is None or predicted is None:
        return _Hit(0.0, exact=True) if actual is predicted else None
    if right is None:
        return None
    if actual.shape != predicted.shape:
        # Of two arrays in a wrong shape, one may be the other flattened: that is a matter of style.
        if right.shape in (actual.shape, predicted.shape) or not _same_count(actual, predicted):
            return None
        actual = replace(actual, shape=predicted.shape)
    if isnan(actual.norm) and isnan(predicted.norm) and not isnan(right.norm):
        # Both overflow somewhere; their sketches do not tell whether in the same places.
        return _Hit(0.0, exact=False)
    # Arrays of other shapes are infinitely far apart.
    apart = min(distance(predicted, right), max(right.norm, predicted.norm, 1e-30))
    off = distance(actual, predicted)
    single = array is not None and array.dtype == np.float32
    close = max((CLOSE_SINGLE if single else CLOSE) * predicted.norm, 1e-12 * right.norm)
    if not off <= (HIT_SINGLE if single and off <= close else HIT) * apart:
        return None
    return _Hit(off / apart, exact=off <= close)


def _same_count(one: Sketch, other: Sketch) -> bool:
    return prod(one.shape) == prod(other.shape)


def _is_telling(one: Compared) -> bool:
    """Tells whether an array could not come out so by chance, as zeros and small integers do.

    So does a number of samples over that of all of them: of two ways to count 50 samples wrongly,
    some give the same accuracy. What is as it was given is so for many reasons.
    """
    array, given = one.actual, one.inputs.get(one.name)
    if array is None or (given is not None and np.array_equal(array, given)):
        return False
    values = np.unique(np.asarray(array, dtype=np.float64))
    # What cancels to zero leaves rounding behind, which is no telling number.
    values = values[np.abs(values) > CLOSE * np.max(np.abs(one.expected), initial=0.0)]
    broken = values[values != np.rint(values)][:LOOKED_AT]
    return not all(_is_ratio_of_counts(float(value)) for value in broken)


def _is_as_given(one: Compared) -> bool:
    """Tells whether an array is one of the inputs, unchanged."""
    arrays = [each for each in one.inputs.values() if isinstance(each, np.ndarray)]
    return any(np.array_equal(one.actual, each) for each in arrays)


def _is_ratio_of_counts(value: float) -> bool:
    if not isfinite(value):
        return False
    near = Fraction(value).limit_denominator(LARGEST_COUNT)
    return abs(float(near) - value) <= RATIO_CLOSE * abs(value)
