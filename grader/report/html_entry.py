"""What the page for people shows of one criterion: texts that are cleaned, and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from grader.plain_text import clean_text
from grader.records import Outcome
from grader.report import wording
from grader.report.excerpts import Excerpt, excerpt_at, excerpt_of
from grader.report.html_curve import Curve, training_curve
from grader.report.html_heat import HeatMap, heat_maps
from grader.report.layout import MESSAGE_CHARS, NAME_CHARS, reproducer_of
from grader.report.model import MARKED_BY_PEOPLE, OF_PAPERS, ReportedCheck, ReportedCriterion
from grader.report.tally import waits_for_person
from grader.report.training import training_text
from grader.report.wording import MARKS, points_text

FOR_PERSON: Final = "for a person"
WORDS: Final = {
    Outcome.PASSED: "passed",
    Outcome.PARTIAL: "partly right",
    Outcome.FAILED: "wrong",
    Outcome.NOT_RUN_HERE: "not run here",
    **wording.WORDS,
}
STYLES: Final = {
    Outcome.PASSED: "good",
    Outcome.PARTIAL: "warn",
    Outcome.FAILED: "bad",
    Outcome.ERRORED: "bad",
    Outcome.TIMED_OUT: "bad",
    Outcome.SKIPPED: "idle",
    Outcome.NOT_RUN_HERE: "idle",
    Outcome.UNJUDGED: "warn",
}
# Outcomes that stand among what went wrong.
WRONG: Final = frozenset(
    {Outcome.PARTIAL, Outcome.FAILED, Outcome.ERRORED, Outcome.TIMED_OUT, Outcome.SKIPPED}
)
# What of an open check is only told where it stands alone.
_QUIET: Final = frozenset({Outcome.PASSED, Outcome.NOT_RUN_HERE})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence; `code` where it stood between backticks."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What one check says, or several that say the same.

    Attributes:
        reproducer: lines of Python that show it without the grader; empty where there are none.
    """

    checks: str
    message: tuple[Piece, ...]
    hint: tuple[Piece, ...]
    maps: tuple[HeatMap, ...]
    excerpt: Excerpt | None
    reproducer: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark that a person gave: what work of this level is like, the comment, and by whom."""

    level: str
    comment: str
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One criterion.

    Attributes:
        anchor: of its element.
        winnable: points that are lost and could be won; empty where none are.
    """

    anchor: str
    title: str
    subject: str
    mark: str
    word: str
    style: str
    earned: str
    points: str
    bonus: bool
    winnable: str
    said: tuple[Said, ...]
    advice: tuple[tuple[Piece, ...], ...]
    curves: tuple[tuple[str, Curve | None], ...]
    marks: tuple[Marked, ...]


def entry_of(criterion: ReportedCriterion, anchor: str, sources: Mapping[str, str]) -> Entry:
    """Works out what is shown of a criterion.

    Args:
        criterion: as it stands in the report.
        anchor: of its element in the page.
        sources: see `excerpts.sources_of`.
    """
    earned = points_text(criterion.lower)
    if criterion.upper > criterion.lower:
        earned += f"–{points_text(criterion.upper)}"
    winnable = criterion.points - criterion.upper
    of_code = any(check.kind not in OF_PAPERS for check in criterion.checks)
    by_person = was_marked(criterion)
    checks = [check for check in criterion.checks if not (by_person and _is_mark(check))]
    advice = dict.fromkeys(text for check in checks for text in check.advice)
    return Entry(
        anchor=anchor,
        title=clean_name(criterion.title),
        subject=clean_name(criterion.subject) if of_code else "",
        mark=MARKS[criterion.outcome],
        word=FOR_PERSON if waits_for_person(criterion) else WORDS[criterion.outcome],
        style=STYLES[criterion.outcome],
        earned=earned,
        points=points_text(criterion.points),
        bonus=criterion.bonus,
        winnable=points_text(winnable) if winnable > 0 else "",
        said=_said(criterion, checks, sources),
        advice=tuple(map(pieces, advice)),
        curves=tuple(
            (text, training_curve(check)) for check in checks if (text := _training_words(check))
        ),
        marks=tuple(_marked(one) for one in criterion.checks if by_person and _is_mark(one)),
    )


def _said(
    criterion: ReportedCriterion, checks: list[ReportedCheck], sources: Mapping[str, str]
) -> tuple[Said, ...]:
    """Gathers checks that say the same; a check that passed, or was not run, says nothing."""
    quiet = _QUIET if criterion.outcome is not Outcome.NOT_RUN_HERE else {Outcome.PASSED}
    alike: dict[tuple[str, str], list[ReportedCheck]] = {}
    for check in checks:
        if check.outcome not in quiet:
            alike.setdefault((check.message, check.hint), []).append(check)
    said: list[Said] = []
    shown: set[str] = set()
    hinted: set[str] = set()
    for (message, hint), those in alike.items():
        excerpt = excerpt_at(message, sources)
        if excerpt is None and criterion.outcome in WRONG:
            if any(check.kind not in OF_PAPERS for check in those):
                excerpt = excerpt_of(criterion.subject, sources)
        if excerpt is not None and excerpt.place in shown:
            excerpt = None
        if excerpt is not None:
            shown.add(excerpt.place)
        several = len(criterion.checks) > 1
        said.append(
            Said(
                checks=", ".join(clean_name(one.id.rpartition("/")[2]) for one in those if several),
                message=pieces(message or f"This check is {WORDS[those[0].outcome]}."),
                hint=pieces(hint) if hint and hint not in hinted else (),
                maps=heat_maps(those[0]),
                excerpt=excerpt,
                reproducer=reproducer_of(those[0]),
            )
        )
        hinted.add(hint)
    return tuple(said)


def _training_words(check: ReportedCheck) -> str:
    try:
        return begun(training_text(check).split(";")[0])
    except (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
    ):  # a stored report may hold anything
        return ""


def _marked(check: ReportedCheck) -> Marked:
    by, at = (clean_text(str(check.evidence.get(key, "")), NAME_CHARS) for key in ("by", "at"))
    return Marked(
        level=clean_text(check.message, MESSAGE_CHARS, keep_lines=True),
        comment=clean_text("\n".join(check.advice), MESSAGE_CHARS, keep_lines=True),
        by=" ".join(part for part in (f"by {by}" if by else "", f"on {at}" if at else "") if part),
    )


def _is_mark(check: ReportedCheck) -> bool:
    return check.kind == MARKED_BY_PEOPLE and check.outcome is not Outcome.NOT_RUN_HERE


def was_marked(criterion: ReportedCriterion) -> bool:
    """Tells whether a person gave a mark to it."""
    return any(map(_is_mark, criterion.checks))


def pieces(text: str) -> tuple[Piece, ...]:
    """Tells code between backticks from words.

    >>> [(each.text, each.code) for each in pieces("use `np.sum` here")]
    [('use ', False), ('np.sum', True), (' here', False)]
    """
    parts = clean_text(text, MESSAGE_CHARS, keep_lines=True).split("`")
    if len(parts) % 2 == 0:  # one that is never closed is a letter
        parts[-2:] = ["`".join(parts[-2:])]
    return tuple(Piece(part, at % 2 == 1) for at, part in enumerate(parts) if part)


def begun(text: str) -> str:
    """Begins a sentence with a capital and leaves the rest."""
    return text[:1].upper() + text[1:]


def clean_name(text: str) -> str:
    """Cleans a name, and cuts one that is too long."""
    return clean_text(text, NAME_CHARS)
