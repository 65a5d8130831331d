"""Marks that people give, and what becomes of a report by them.

A mark answers the open checks of one criterion (`grader.marks_open`). Marks belong to one version
of a hand-in, by its digest: what somebody read there need not stand in another version. The module
knows no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from grader.checks.manual import Level, ManualParams
from grader.errors import UsageError
from grader.marks_given import Mark, Marks
from grader.marks_open import (
    OpenCriterion,
    by_people,
    is_marked,
    levels_of,
    open_to_mark,
    said_of,
    with_mark,
)
from grader.plain_text import clean_text, quote, quote_if_odd
from grader.records import CheckResult, Criterion, Rubric
from grader.report import Report
from grader.rescoring import rescored

COMMENT_CHARS = 2_000
NAME_CHARS = 100
NOTE = "Marks given by people: "
DIGEST_CHARS = 19  # of a digest in a sentence: `sha256:` and a dozen digits


def marks_in(report: Report, rubric: Rubric) -> Marks:
    """Gives the marks that a report holds: what remains of them where their file is lost."""
    marks = []
    for one in open_to_mark(report, rubric):
        check = next(filter(is_marked, one.reported), None)
        if check is None:
            continue
        credit = Decimal(repr(check.credit))
        described = {
            said_of(one.criterion, level.description, credit): level.description
            for level in levels_of(one.criterion)
        }
        mark = Mark(
            criterion=one.criterion.id,
            level=described.get(check.message, ""),
            credit=credit,
            comment=next(iter(check.advice), ""),
            by=str(check.evidence.get("by", "")),
            at=str(check.evidence.get("at", "")),
        )
        marks.append(mark)
    return Marks(report.assignment, report.handin.id, report.handin.digest, tuple(marks))


def manual_criteria(rubric: Rubric) -> Iterator[tuple[Criterion, ManualParams]]:
    """Yields the criteria that people mark in any case, in the rubric's order."""
    for criterion in rubric.criteria:
        if by_people(criterion):
            yield criterion, criterion.checks[0].params


def make_mark(
    criterion: Criterion, answer: str, comment: str = "", by: str = "", at: str = ""
) -> Mark:
    """Makes a mark of what a person wrote.

    Args:
        criterion: one that can be marked; where the rubric has no levels, they are `full`, `half`
            and `none`.
        answer: a level's number, counted from 1; or a credit with a decimal point or comma, such
            as 0.75; or how the description of a level begins.
        comment: for the student.
        by: who says so.
        at: when.

    Raises:
        UsageError: the answer is none of these.
    """
    levels = levels_of(criterion)
    text = answer.strip()
    number = text.replace(",", ".", 1)
    if text.isascii() and text.isdecimal():
        at_level = int(text[:9])
        if not 1 <= at_level <= len(levels):
            raise UsageError(
                f"{text[:20]} is no level of {criterion.id}, which has levels 1 to {len(levels)}; "
                "1 is the best. Give one of them, or a credit with a decimal point, such as 0.75."
            )
        level: Level | None = levels[at_level - 1]
    elif number.isascii() and number.replace(".", "", 1).isdecimal():
        return _credit_mark(criterion, Decimal(number), comment, by, at)
    else:
        level = _level_described(criterion, text)
    assert level is not None  # noqa: S101  # for mypy: each way above has one or raises
    return Mark(
        criterion=criterion.id,
        level=level.description,
        credit=Decimal(repr(level.credit)),
        comment=clean_text(comment.strip(), COMMENT_CHARS, keep_lines=True),
        by=clean_text(by.strip(), NAME_CHARS),
        at=at,
    )


def _credit_mark(criterion: Criterion, credit: Decimal, comment: str, by: str, at: str) -> Mark:
    if credit > 1:
        whole = f"{criterion.points}, the points of the criterion"
        if not by_people(criterion):
            whole = "those that are open"
        raise UsageError(
            f"{credit} is no credit of {criterion.id}: credit is a share of the points, from 0 to "
            f"1. Divide the points that you would give by {whole}."
        )
    levels = levels_of(criterion)
    same = (one.description for one in levels if Decimal(repr(one.credit)) == credit)
    return Mark(
        criterion=criterion.id,
        level=next(same, ""),
        credit=credit,
        comment=clean_text(comment.strip(), COMMENT_CHARS, keep_lines=True),
        by=clean_text(by.strip(), NAME_CHARS),
        at=at,
    )


def _level_described(criterion: Criterion, text: str) -> Level:
    levels = levels_of(criterion)
    exact = [one for one in levels if one.description.casefold() == text.casefold()]
    begun = [one for one in levels if one.description.casefold().startswith(text.casefold())]
    found = exact or (begun if text else [])
    if len(found) == 1:
        return found[0]
    which = "Several levels" if found else "No level"
    known = "; ".join(f"{at} {one.description}" for at, one in enumerate(levels, 1))
    raise UsageError(
        f"{which} of {criterion.id} {'begin' if found else 'begins'} with {quote(text)}. Its "
        f"levels are: {clean_text(known, 1_000)}."
    )


def with_marks(
    report: Report, rubric: Rubric, marks: Marks, *, accept_changed: bool = False
) -> Report:
    """Puts marks into a report: those that are given, and no others.

    A mark for a criterion of which nothing is open, because it was judged since, is left out; a
    note says so.

    Args:
        report: with or without earlier marks; the one that is returned has no signature.
        rubric: with the criteria and points that the report was made with.
        marks: of this hand-in.
        accept_changed: takes marks of another version of the hand-in.

    Raises:
        UsageError: the marks are of another version of the hand-in or of another assignment, one
            is of a criterion that the rubric has not, or the rubric is another one.
    """
    _refuse_other_handin(report, marks, accept_changed)
    criteria = [one.id for one in rubric.criteria]
    for mark in marks.marks:
        if mark.criterion not in criteria:
            known = ", ".join(criteria)
            raise UsageError(
                f"The marks of {quote_if_odd(marks.handin)} have one for {quote(mark.criterion)}, "
                f"which is no criterion of the rubric. Those are: {clean_text(known, 1_000)}."
            )
    found = open_to_mark(report, rubric)
    changed = {}
    for one in found:
        changed.update(_results(one, marks.of(one.criterion.id)))
    return _noted(rescored(report, rubric, changed), marks, found)


def _results(one: OpenCriterion, mark: Mark | None) -> dict[str, CheckResult]:
    """Makes the results that take the place of the report's: a mark's, or those without one."""
    if mark is None:
        pairs = zip(one.reported, one.before, strict=True)
        return {check.id: before for check, before in pairs if is_marked(check)}
    return {
        check.id: with_mark(one.criterion, check, mark, first=check is one.before[0])
        for check in one.before
    }


def _refuse_other_handin(report: Report, marks: Marks, accept_changed: bool) -> None:
    whose = f"The marks of {quote_if_odd(marks.handin)}"
    if marks.assignment != report.assignment:
        raise UsageError(
            f"{whose} are of the assignment {quote(marks.assignment)}, and the report is of "
            f"{quote(report.assignment)}. Give the report of the hand-in that was marked."
        )
    if marks.digest != report.handin.digest and not accept_changed and marks.marks:
        when = max((mark.at for mark in marks.marks if mark.at), default="")
        since = f" on {clean_text(when[:10], 10)}" if when else ""
        raise UsageError(
            f"{whose} are of another version of the hand-in: it has changed since it was marked"
            f"{since} (then {marks.digest[:DIGEST_CHARS]}…, now "
            f"{report.handin.digest[:DIGEST_CHARS]}…). Read it again, and mark what differs; "
            "`grader mark REPORT --accept-changed` keeps the marks that it has."
        )


def _noted(report: Report, marks: Marks, found: Sequence[OpenCriterion]) -> Report:
    notes = tuple(note for note in report.handin.notes if not note.startswith(NOTE))
    if marks.marks:
        used = {one.criterion.id for one in found if marks.of(one.criterion.id)}
        count = sum(one.waits or one.criterion.id in used for one in found)
        names = sorted({mark.by for mark in marks.marks if mark.by and mark.criterion in used})
        by = f", by {clean_text(', '.join(names), 200)}" if names else ""
        said = f"{NOTE}{len(used)} of {count} criteria{by}."
        idle = [mark.criterion for mark in marks.marks if mark.criterion not in used]
        if idle:
            which = "The mark for {} was" if len(idle) == 1 else "The marks for {} were"
            named = clean_text(", ".join(idle), 1_000)
            said += f" {which.format(named)} left out: no check there is open to a mark."
        notes += (said,)
    return replace(report, handin=replace(report.handin, notes=notes))


def refused(report: Report, why: str) -> Report:
    """Says in a report that marks which lie beside it were not put into it, and why."""
    notes = tuple(note for note in report.handin.notes if not note.startswith(NOTE))
    return replace(
        report,
        handin=replace(report.handin, notes=(*notes, f"{NOTE}none. {why}")),
        score=replace(report.score, needs_review=True),
        signature="",
    )
