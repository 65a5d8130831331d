"""Tells a report's points apart: what is judged, what is bonus, and what is open and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grader.records import Outcome, Visibility
from grader.report.model import MARKED_BY_PEOPLE, Report, ReportedCriterion

_A_PERSON = re.compile(r"\ba person\b")  # as the messages of checks that are left to one say it


class Why(StrEnum):
    """Why points are open, in the order in which it is told."""

    PERSON = "person"  # a person marks them
    HIDDEN = "hidden"  # hidden checks, which are asked when it is graded
    ELSEWHERE = "elsewhere"  # not run here
    REVIEW = "review"  # a fault of ours


@dataclass(frozen=True, slots=True)
class Amount:
    """Points, and bonus points beside them."""

    points: Decimal = Decimal(0)
    bonus: Decimal = Decimal(0)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.points or self.bonus)

    def plus(self, points: Decimal, bonus: bool) -> Amount:
        """Adds points of a criterion that is bonus or not."""
        if bonus:
            return Amount(self.points, self.bonus + points)
        return Amount(self.points + points, self.bonus)


@dataclass(frozen=True, slots=True)
class Tally:
    """A report's points, told apart.

    Attributes:
        judged: of what is possible without bonus, what has been judged.
        bonus: of what was awarded, what is bonus.
        beyond: points that were earned above the maximum, and so do not count.
        open: by why they are open; reasons without points are left out.
    """

    judged: Decimal
    bonus: Decimal
    beyond: Decimal
    open: Mapping[Why, Amount]


def tally(report: Report) -> Tally:
    """Tell a report's points apart."""
    score = report.score
    earned, still_open = Amount(), dict.fromkeys(Why, Amount())
    for criterion in report.criteria:
        earned = earned.plus(criterion.awarded, criterion.bonus)
        why = _why(report, criterion)
        rest = criterion.upper - criterion.lower
        still_open[why] = still_open[why].plus(rest, criterion.bonus)
    return Tally(
        judged=score.possible - sum((one.points for one in still_open.values()), Decimal(0)),
        bonus=max(score.awarded - earned.points, Decimal(0)),
        beyond=max(earned.points + earned.bonus - score.awarded, Decimal(0)),
        open={why: amount for why, amount in still_open.items() if amount},
    )


def waits_for_person(criterion: ReportedCriterion) -> bool:
    """Tell whether a criterion is marked by a person in every hand-in, and has not been yet."""
    return any(
        check.kind == MARKED_BY_PEOPLE and check.outcome is Outcome.NOT_RUN_HERE
        for check in criterion.checks
    )


def is_left_to_person(kind: str, message: str) -> bool:
    """Tell by its kind and its message whether a check that is open waits for a person."""
    return kind == MARKED_BY_PEOPLE or bool(_A_PERSON.search(message))


def _why(report: Report, criterion: ReportedCriterion) -> Why:
    if criterion.outcome is Outcome.UNJUDGED:
        return Why.REVIEW
    if any(
        check.outcome is Outcome.NOT_RUN_HERE and is_left_to_person(check.kind, check.message)
        for check in criterion.checks
    ):
        return Why.PERSON
    if report.mode == "check" and _only_hidden_open(criterion):
        return Why.HIDDEN
    return Why.ELSEWHERE


def _only_hidden_open(criterion: ReportedCriterion) -> bool:
    return all(
        check.visibility is not Visibility.VISIBLE
        for check in criterion.checks
        if check.outcome is Outcome.NOT_RUN_HERE
    )
