"""What the page for people shows of a report, in the order in which it is read.

The view holds texts that are cleaned and numbers that are worked out; the template puts them into
elements and escapes them. It knows no HTML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Final

from grader.plain_text import clean_text
from grader.records import Outcome, Visibility
from grader.report import wording
from grader.report.html_entry import (
    FOR_PERSON,
    WORDS,
    WRONG,
    Entry,
    Piece,
    begun,
    clean_name,
    entry_of,
    pieces,
    was_marked,
)
from grader.report.layout import NAME_CHARS, UNFINISHED
from grader.report.model import ENVIRONMENT, Report, ReportedCriterion
from grader.report.tally import waits_for_person
from grader.report.wording import points_text

FIRST: Final = 5  # criteria that are named as what to do first
BAR: Final = 1000  # length of the bar of points, in the picture's units

FAULT: Final = (
    "Something was not judged, by a fault of the grader and not of the hand-in. It costs nothing; "
    "a person must look."
)


@dataclass(frozen=True, slots=True)
class Bar:
    """The points as lengths: certain, then open; the rest is lost."""

    certain: float
    open: float
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page shows.

    Attributes:
        mark: of the whole hand-in, with its `style`.
        score: what was earned, and what is open and why.
        legend: mark, word and style of every state that occurs.
        first: what to do first, and how many more there are.
        every: all criteria, in the rubric's order.
        layers: what isolated the hand-in, and what did not.
        facts: of the run, by name.
    """

    title: str
    assignment: str
    headline: str
    mark: str
    style: str
    score: tuple[str, ...]
    bar: Bar
    warnings: tuple[str, ...]
    legend: tuple[tuple[str, str, str], ...]
    first: tuple[Entry, ...]
    first_more: int
    wrong: tuple[Entry, ...]
    for_people: tuple[Entry, ...]
    marked: tuple[Entry, ...]
    right: tuple[Entry, ...]
    not_run: tuple[Entry, ...]
    every: tuple[Entry, ...]
    notes: tuple[tuple[Piece, ...], ...]
    trust: str
    layers: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]


class _Group(Enum):
    """Where a criterion stands; what a practice run does not ask stands in the table alone."""

    WRONG = auto()
    MARKED = auto()
    FOR_PEOPLE = auto()
    RIGHT = auto()
    NOT_RUN = auto()
    TABLE = auto()


def page_of(report: Report, sources: Mapping[str, str]) -> Page:
    """Works out what the page shows; see `html_page.html_page`."""
    every = tuple(
        entry_of(one, f"criterion-{at}", sources) for at, one in enumerate(report.criteria, 1)
    )
    placed = [
        (_group(report, one), one, entry) for one, entry in zip(report.criteria, every, strict=True)
    ]

    def those(wanted: _Group) -> tuple[Entry, ...]:
        return tuple(entry for group, _, entry in placed if group is wanted)

    lost = [
        (one.points - one.upper, entry)
        for group, one, entry in placed
        # What was skipped is won by mending what it builds on.
        if group is _Group.WRONG and one.outcome is not Outcome.SKIPPED and entry.winnable
    ]
    first = [entry for _, entry in sorted(lost, key=lambda pair: pair[0], reverse=True)]
    mark, style = wording.summary_mark(report)
    return Page(
        title=clean_name(report.handin.id),
        assignment=clean_name(report.assignment),
        headline=_headline(report),
        mark=mark,
        style="idle" if style == "dim" else style,
        score=tuple(wording.score_parts(report)),  # the headline has the range
        bar=_bar(report),
        warnings=_warnings(report),
        legend=_legend(every),
        first=tuple(first[:FIRST]),
        first_more=max(0, len(first) - FIRST),
        wrong=those(_Group.WRONG),
        for_people=those(_Group.FOR_PEOPLE),
        marked=those(_Group.MARKED),
        right=those(_Group.RIGHT),
        not_run=those(_Group.NOT_RUN),
        every=every,
        notes=tuple(map(pieces, dict.fromkeys(report.handin.notes))),
        trust=begun(wording.trust_text(report)),
        layers=_layers(report),
        facts=_facts(report),
    )


def _group(report: Report, criterion: ReportedCriterion) -> _Group:
    if was_marked(criterion):
        return _Group.MARKED
    if criterion.outcome in WRONG:
        return _Group.WRONG
    if criterion.outcome is Outcome.UNJUDGED or waits_for_person(criterion):
        return _Group.FOR_PEOPLE
    if criterion.outcome is Outcome.PASSED:
        return _Group.RIGHT
    # Of what is hidden the score line says enough.
    seen = any(check.visibility is Visibility.VISIBLE for check in criterion.checks)
    return _Group.NOT_RUN if report.mode == "grade" or seen else _Group.TABLE


def _legend(entries: Sequence[Entry]) -> tuple[tuple[str, str, str], ...]:
    occur = {one.word: (one.mark, one.word, one.style) for one in entries}
    return tuple(occur[word] for word in (*WORDS.values(), FOR_PERSON) if word in occur)


def _headline(report: Report) -> str:
    score = report.score
    earned = points_text(score.lower)
    if score.upper > score.lower:
        earned += f"–{points_text(score.upper)}"
    return f"{earned} of {points_text(score.possible)}"


def _bar(report: Report) -> Bar:
    score = report.score
    whole = max(score.possible, score.upper) or Decimal(1)
    certain, still_open, lost = score.lower, score.upper - score.lower, whole - score.upper
    return Bar(
        certain=round(float(certain / whole) * BAR, 1),
        open=round(float(still_open / whole) * BAR, 1),
        text=f"{points_text(certain)} certain, {points_text(still_open)} open, "
        f"{points_text(lost)} lost",
    )


def _warnings(report: Report) -> tuple[str, ...]:
    if not report.finished:
        return (UNFINISHED,)
    return (FAULT,) if report.score.needs_review else ()


def _layers(report: Report) -> tuple[tuple[str, str], ...]:
    trust = report.trust
    told = (
        ("In place", trust.held),
        ("Missing", trust.missing),
        ("Refused in the self-test", trust.refused),
        ("Not refused in the self-test", trust.allowed),
    )
    return tuple(
        (label, ", ".join(clean_name(each).replace("_", " ") for each in names))
        for label, names in told
        if names
    )


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    signed = "yes, in its JSON" if report.signature else "no"
    mode = "practice run" if report.mode == "check" else "graded"
    told = {
        "Run": mode,
        "Started": report.started,
        "Took": wording.duration_text(report.wall_s),
        "Hand-in": f"{report.handin.kind}, {report.handin.digest}",
        **{key.replace("_", " ").capitalize(): report.environment[key] for key in ENVIRONMENT},
        "Signed": signed,
    }
    return tuple((key, clean_text(value, NAME_CHARS)) for key, value in told.items() if value)
