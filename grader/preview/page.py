"""Writes a preview as one HTML page for instructors, with the looks of the page of a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from grader.plain_text import clean_text
from grader.preview.amounts import (
    change_text,
    from_to_text,
    range_text,
    signed_text,
    summary_text,
    untold_text,
)
from grader.preview.edits import WHOLE
from grader.preview.previewed import Points, PreviewedHandIn
from grader.preview.spread import Crossing
from grader.preview.told import Told
from grader.report.html_document import html_document
from grader.report.html_page import STYLES as SHARED
from grader.report.wording import points_text

TEMPLATE: Final = ("grader.preview", "page.jinja")
STYLES: Final = ("grader.preview", "page.css")
NAME_CHARS: Final = 80
SAID_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class Bars:
    """Hand-ins of one class of points, with the lengths of their bars in percent of the longest."""

    name: str
    before: int
    after: int
    before_length: float
    after_length: float


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """What becomes of a criterion in all hand-ins together.

    Attributes:
        name: its id.
        because: the edits, each once.
        counts: how many hand-ins gain, lose and cannot be told, those that there are.
        by: the least and the largest change.
        mean: change per hand-in, over all of them.
    """

    name: str
    because: tuple[str, ...]
    counts: tuple[str, ...]
    by: str
    mean: str


@dataclass(frozen=True, slots=True)
class HandInRow:
    """What becomes of one hand-in.

    Attributes:
        style: `good`, `bad` or `warn` as it gains, loses, or cannot be told.
        word: the same for those who do not see colours.
        changes: criterion, points and reason of each change.
    """

    name: str
    points: str
    by: str
    style: str
    word: str
    changes: tuple[tuple[str, str, str], ...]


def preview_page(told: Told, assignment: str) -> str:
    """Writes the page.

    Args:
        told: what was found, of one hand-in at least.
        assignment: id in the rubric.
    """
    return html_document(
        TEMPLATE,
        [SHARED, STYLES],
        assignment=clean_text(assignment, NAME_CHARS),
        summary=summary_text(told),
        mean=f"{range_text(told.means[0])} → {range_text(told.means[1])}",
        possible=from_to_text(*told.possible),
        edits=[
            (_name(name) if name != WHOLE else "the rubric", [_cut(one) for one in said])
            for name, said in told.edits.items()
        ],
        bars=list(_bars(told)),
        count=len(told.handins),
        mark=from_to_text(*told.marks) if told.marks else "",
        crossing=_crossing(told.crossing) if told.crossing else (),
        criteria=list(_criteria(told)),
        handins=[_handin(one) for one in sorted(told.changed, key=_most_lost_first)],
    )


def _bars(told: Told) -> Iterator[Bars]:
    most = max(1, *(max(one.before, one.after) for one in told.classes))
    for one in told.classes:
        yield Bars(
            f"{points_text(one.start)}–{points_text(one.end)}",
            one.before,
            one.after,
            round(100 * one.before / most, 1),
            round(100 * one.after / most, 1),
        )


def _crossing(found: Crossing) -> tuple[tuple[str, tuple[str, ...]], ...]:
    told = (
        ("Now above it", found.now_pass),
        ("Now below it", found.now_fail),
        ("Cannot be told any more", found.may),
    )
    return tuple((what, tuple(map(_name, names))) for what, names in told if names)


def _criteria(told: Told) -> Iterator[CriterionRow]:
    """Yields the criteria that change anywhere, in the order in which they were met."""
    found: dict[str, list[Points]] = {}
    because: dict[str, dict[str, None]] = {}
    for one in told.handins:
        for change in one.changes:
            found.setdefault(change.id, []).append(change.after.minus(change.before))
            reasons = (*change.because, untold_text(change))
            because.setdefault(change.id, {}).update(dict.fromkeys(filter(None, reasons)))
    for name, changes in found.items():
        least = min(min(one.lower, one.upper) for one in changes)
        most = max(max(one.lower, one.upper) for one in changes)
        yield CriterionRow(
            name=_name(name),
            because=tuple(map(_cut, because[name])),
            counts=tuple(_counts(changes)),
            by=signed_text(least)
            if least == most
            else f"{signed_text(least)} to {signed_text(most)}",
            mean=_mean_text(changes, len(told.handins)),
        )


def _counts(changes: Sequence[Points]) -> Iterator[str]:
    gain = sum(one.lower == one.upper and one.lower > 0 for one in changes)
    lose = sum(one.lower == one.upper and one.lower < 0 for one in changes)
    for count, verb in ((gain, "gain"), (lose, "lose")):
        if count:
            yield f"{count} {verb}{'s' if count == 1 else ''}"
    if left := len(changes) - gain - lose:
        yield f"{left} cannot be told"


def _mean_text(changes: Sequence[Points], handins: int) -> str:
    ends = []
    for side in ("lower", "upper"):
        whole = sum((getattr(one, side) for one in changes), Decimal(0))
        ends.append((whole / handins).quantize(Decimal("0.01")))
    least, most = sorted(ends)
    return signed_text(least) if least == most else f"{signed_text(least)} to {signed_text(most)}"


def _most_lost_first(one: PreviewedHandIn) -> tuple[Decimal, Decimal]:
    by = one.after.minus(one.before)
    return (by.lower, by.upper)


def _handin(one: PreviewedHandIn) -> HandInRow:
    by = one.after.minus(one.before)
    if not one.told:
        style, word = "warn", "cannot be told"
    elif by.lower == by.upper == 0:
        style, word = "idle", "the same in all"
    else:
        style, word = ("good", "gains") if by.lower + by.upper > 0 else ("bad", "loses")
    return HandInRow(
        name=_name(one.handin),
        points=f"{range_text(one.before)} → {range_text(one.after)}",
        by=change_text(one.before, one.after),
        style=style,
        word=word,
        changes=tuple(
            (
                _name(change.id),
                f"{range_text(change.before)} → {range_text(change.after)}",
                _cut(" · ".join(filter(None, ("; ".join(change.because), untold_text(change))))),
            )
            for change in one.changes
        ),
    )


def _name(text: str) -> str:
    return clean_text(text, NAME_CHARS)


def _cut(text: str) -> str:
    return clean_text(text, SAID_CHARS)
