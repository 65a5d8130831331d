"""How points are spread over a course, before and after: classes, sums, and who crosses a mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from grader.preview.previewed import Points, PreviewedHandIn

CLASSES: Final = 10


@dataclass(frozen=True, slots=True)
class Class:
    """Hand-ins whose certain points lie from `start` up to `end`, that excluded but for the last.

    Attributes:
        before: how many there were.
        after: how many there are.
    """

    start: Decimal
    end: Decimal
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Crossing:
    """Who is on another side of the pass mark, by the hand-ins' names.

    Attributes:
        now_pass: certainly.
        now_fail: certainly.
        may: one of the two could be, as far as the reports tell.
    """

    now_pass: tuple[str, ...]
    now_fail: tuple[str, ...]
    may: tuple[str, ...]


def classes(handins: Sequence[PreviewedHandIn], most: Decimal) -> tuple[Class, ...]:
    """Sorts hand-ins into ten classes of equal width.

    Args:
        handins: any number.
        most: points where the last class ends; the larger of what was and is possible.
    """
    most = max([most, *(max(one.before.lower, one.after.lower) for one in handins), Decimal(1)])
    width = most / CLASSES
    counts = [[0, 0] for _ in range(CLASSES)]
    for one in handins:
        for side, points in enumerate((one.before.lower, one.after.lower)):
            counts[min(int(points / width), CLASSES - 1)][side] += 1
    return tuple(Class(at * width, (at + 1) * width, *pair) for at, pair in enumerate(counts))


def means(handins: Sequence[PreviewedHandIn]) -> tuple[Points, Points]:
    """Gives the mean range before and after, to hundredths."""

    def mean(values: Sequence[Decimal]) -> Decimal:
        return (sum(values, Decimal(0)) / max(len(values), 1)).quantize(Decimal("0.01"))

    def of(ranges: Sequence[Points]) -> Points:
        return Points(mean([one.lower for one in ranges]), mean([one.upper for one in ranges]))

    return of([one.before for one in handins]), of([one.after for one in handins])


def crossings(handins: Sequence[PreviewedHandIn], before: Decimal, after: Decimal) -> Crossing:
    """Finds who crosses the pass mark.

    A hand-in whose range held the mark before and still does has crossed nothing.

    Args:
        handins: any number.
        before: the mark in points of the old rubric.
        after: the mark in points of the new one; another where the mark is a percentage.
    """
    now_pass, now_fail, may = list[str](), list[str](), list[str]()
    for one in handins:
        was, now = _sure(one.before, before), _sure(one.after, after)
        if was is now:
            continue
        if now is None:
            may.append(one.handin)
        else:
            (now_pass if now else now_fail).append(one.handin)
    return Crossing(tuple(now_pass), tuple(now_fail), tuple(may))


def _sure(points: Points, mark: Decimal) -> bool | None:
    """Whether a hand-in passes; `None` where it may or may not."""
    if points.lower >= mark:
        return True
    return False if points.upper < mark else None
