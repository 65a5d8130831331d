"""Gathers all that is told of a preview, for a terminal, a page or a program.

Reports are taken one at a time and let go again, so that a course's evidence never lies in the
memory as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from grader.preview.previewed import Points, PreviewedHandIn
from grader.preview.rescore import Preview
from grader.preview.spread import Class, Crossing, classes, crossings, means
from grader.preview.stored import StoredReport, refuse_doubles


class PassMark(NamedTuple):
    """Where a hand-in passes: points, or percent of what is possible."""

    amount: Decimal
    is_share: bool

    def of(self, possible: Decimal) -> Decimal:
        """Gives the mark in points."""
        return possible * self.amount / 100 if self.is_share else self.amount


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told of a preview.

    Attributes:
        edits: what was edited, by criterion; `WHOLE` for what concerns all.
        handins: in the order of the reports.
        classes: how points are spread.
        means: before and after.
        possible: points, before and after.
        marks: the pass mark before and after; `None` where none was given.
        crossing: who is on another side of it.
        digests: of the rubrics that the reports were made with, and of how many.
    """

    edits: Mapping[str, tuple[str, ...]]
    handins: Sequence[PreviewedHandIn]
    classes: Sequence[Class]
    means: tuple[Points, Points]
    possible: tuple[Decimal, Decimal]
    marks: tuple[Decimal, Decimal] | None = None
    crossing: Crossing | None = None
    digests: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def changed(self) -> list[PreviewedHandIn]:
        """The hand-ins in which anything is another."""
        return [one for one in self.handins if one.changed or one.changes]

    @property
    def not_told(self) -> list[PreviewedHandIn]:
        """The hand-ins of which the reports do not tell all."""
        return [one for one in self.handins if not one.told]


def tell(preview: Preview, reports: Iterable[StoredReport], mark: PassMark | None = None) -> Told:
    """Previews reports, each of another hand-in.

    Raises:
        UsageError: two reports are of one hand-in.
    """
    edits: dict[str, tuple[str, ...]] = {}
    handins = []
    digests = Counter[str]()
    was = Decimal(0)
    for report in reports:
        handins.append(preview.of(report))
        digests[report.rubric_digest] += 1
        was = max(was, report.possible)
        for name, said in preview.edits_of(report).said.items():
            if edits.get(name) != said:
                edits[name] = tuple(dict.fromkeys((*edits.get(name, ()), *said)))
    refuse_doubles(one.handin for one in handins)
    now = preview.rubric.possible
    marks = (mark.of(was), mark.of(now)) if mark else None
    return Told(
        edits,
        handins,
        classes(handins, max(was, now)),
        means(handins),
        (was, now),
        marks,
        crossings(handins, *marks) if marks else None,
        MappingProxyType(dict(digests)),
    )
