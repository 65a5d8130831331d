"""Scores stored reports again by an edited rubric: ranges before and after, with reasons.

Most hand-ins of a course get the same results in most criteria, so the score of a criterion is
computed once for each set of results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from grader.needs import FINE, lendable
from grader.preview.edits import WHOLE, Edits, edits_between, edits_from
from grader.preview.previewed import CriterionChange, Points, PreviewedHandIn
from grader.preview.remeasured import Bounds, remeasured
from grader.preview.stored import StoredCheck, StoredReport
from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    CriterionScore,
    Outcome,
    Rubric,
    Visibility,
)
from grader.report.model import NOT_JUDGED
from grader.rubric.sameness import same_value
from grader.scoring import score, sum_up

NEW: Final = "a new check, which no report holds"
ASKED_ANEW: Final = "the check asks something else than in the report"
LENT: Final = "functions would be lent to it that were not before"
NOT_LENT: Final = "functions would no longer be lent to it"
MORE_TIME: Final = "it ran out of time, and has other limits now"
LESS_TIME: Final = "it took longer than its limit is now"
NO_LONGER_HIDDEN: Final = "it was hidden, so the report does not hold its result"


class _Rescored(NamedTuple):  # made in a third of a record's time, for there are thousands
    """What a criterion comes to in one hand-in: the least, and the most, that it can.

    Attributes:
        untold: why the two differ.
        recredited: checks with another credit than in the report.
    """

    lowest: CriterionScore
    highest: CriterionScore
    untold: Sequence[str]
    recredited: Sequence[str]


class Preview:
    """Scores reports again, one after the other.

    Args:
        rubric: as edited.
        before: the rubric that the reports were made with, where it is at hand.
    """

    def __init__(self, rubric: Rubric, before: Rubric | None = None) -> None:
        self.rubric = rubric
        self.before = before
        self.edits = edits_between(before, rubric) if before else None
        self._scores: dict[tuple[object, ...], CriterionScore] = {}
        self._edits: dict[tuple[object, ...], Edits] = {}
        self._lendable = _lendable_by_criterion(rubric) if before else {}
        self._was_lendable = _lendable_by_criterion(before) if before else {}
        self._limits = (
            {check.id: check.limits for one in before.criteria for check in one.checks}
            if before
            else {}
        )
        self._unedited = _unedited(before, rubric) if before else frozenset()

    def of(self, report: StoredReport) -> PreviewedHandIn:
        """Scores one report again."""
        edits = self.edits_of(report)
        found = report.checks()
        broken = _broken(self.rubric, report)
        rescored = []
        for criterion in self.rubric.criteria:
            why: list[str] = []
            least, most, names = [], [], list[str]()
            for spec in criterion.checks:
                low, high, reason = self._results(report, criterion, spec, found, edits, broken)
                least.append(low)
                most.append(high)
                if (reported := found.get(spec.id)) and low.credit != reported.result.credit:
                    names.append(spec.id.rpartition("/")[2])
                if reason and reason not in why:
                    why.append(reason)
            lowest = self._score(criterion, least)
            highest = self._score(criterion, most) if why else lowest
            rescored.append(_Rescored(lowest, highest, why, names))
        least_sum = sum_up(self.rubric, tuple([one.lowest for one in rescored]))
        most_sum = least_sum
        if any(one.untold for one in rescored):
            most_sum = sum_up(self.rubric, tuple([one.highest for one in rescored]))
        before, after = (report.lower, report.upper), (least_sum.lower, most_sum.upper)
        changes = tuple(self._changes(report, edits, rescored))
        return PreviewedHandIn(report.handin, Points(*before), Points(*after), changes)

    def edits_of(self, report: StoredReport) -> Edits:
        """Says what was edited since a report was made."""
        if self.edits is not None:
            return self.edits
        # Reports of one rubric differ in nothing that is compared here.
        key = (report.rubric_digest, report.mode, tuple(len(c.checks) for c in report.criteria))
        if key not in self._edits:
            self._edits[key] = edits_from(report, self.rubric)
        return self._edits[key]

    def _changes(
        self, report: StoredReport, edits: Edits, rescored: Sequence[_Rescored]
    ) -> Iterator[CriterionChange]:
        old = {one.id: one for one in report.criteria}
        nothing = Points(Decimal(0), Decimal(0))
        for one in rescored:
            name = one.lowest.criterion.id
            was = old.pop(name, nothing)
            if was.lower != one.lowest.lower or was.upper != one.highest.upper:
                yield CriterionChange(
                    name,
                    Points(was.lower, was.upper),
                    Points(one.lowest.lower, one.highest.upper),
                    self._because(edits, name, one.recredited),
                    tuple(one.untold),
                )
        for name, left in old.items():
            if left.lower or left.upper:
                before = Points(left.lower, left.upper)
                yield CriterionChange(name, before, nothing, edits.said.get(name, ()))

    def _because(self, edits: Edits, name: str, recredited: Sequence[str]) -> tuple[str, ...]:
        said = edits.said.get(name, ())
        if self.before:
            return said or edits.said.get(WHOLE, ())
        return (*said, *_guessed(recredited, said))

    def _results(
        self,
        report: StoredReport,
        criterion: Criterion,
        spec: CheckSpec,
        found: Mapping[str, StoredCheck],
        edits: Edits,
        broken: frozenset[str],
    ) -> tuple[CheckResult, CheckResult, str]:
        """Gives the least and the best result that a check can have now, and why they differ."""
        stored = found.get(spec.id)
        if stored is None or spec.id in edits.added:
            absent = CheckResult(spec.id, spec.kind, Outcome.NOT_RUN_HERE, 0.0)
            return absent, absent, NEW
        result = stored.result
        if result.outcome in NOT_JUDGED or spec.kind != result.kind:
            return result, result, self._why_open(report, spec, stored)
        if report.mode == "check" and spec.visibility is not Visibility.VISIBLE:
            hidden = replace(result, outcome=Outcome.NOT_RUN_HERE, credit=0.0)
            return hidden, hidden, ""
        bounds = self._bounds(spec, result, edits)
        if self.before is not None:  # else nothing is known of loans and limits then
            bounds = self._by_loans(criterion, bounds, broken)
            bounds = self._by_limits(spec, result, bounds)
        low = _with_credit(result, bounds.lower)
        if bounds.lower == bounds.upper:
            return low, low, ""
        return low, _with_credit(result, bounds.upper), bounds.why

    def _why_open(self, report: StoredReport, spec: CheckSpec, stored: StoredCheck) -> str:
        shown = spec.visibility is Visibility.VISIBLE
        was_hidden = stored.visibility is not Visibility.VISIBLE
        return NO_LONGER_HIDDEN if report.mode == "check" and shown and was_hidden else ""

    def _bounds(self, spec: CheckSpec, result: CheckResult, edits: Edits) -> Bounds:
        if spec.id in edits.asked_anew:
            return Bounds(0.0, 1.0, ASKED_ANEW)
        if spec.id in self._unedited:
            return Bounds(result.credit, result.credit)
        return remeasured(result, spec)

    def _by_loans(self, criterion: Criterion, bounds: Bounds, broken: frozenset[str]) -> Bounds:
        """Widens the range where other functions would stand in for broken ones."""
        now = self._lendable.get(criterion.id, frozenset())
        then = self._was_lendable.get(criterion.id, now)
        if broken & (now - then):
            return Bounds(bounds.lower, 1.0, LENT)
        if broken & (then - now):
            return Bounds(0.0, bounds.upper, NOT_LENT)
        return bounds

    def _by_limits(self, spec: CheckSpec, result: CheckResult, bounds: Bounds) -> Bounds:
        limits = self._limits.get(spec.id, spec.limits)
        if limits == spec.limits:
            return bounds
        if result.outcome is Outcome.TIMED_OUT:
            return Bounds(bounds.lower, 1.0, MORE_TIME)
        if result.wall_s > spec.limits.wall_s:
            return Bounds(0.0, bounds.upper, LESS_TIME)
        return bounds

    def _score(self, criterion: Criterion, results: Sequence[CheckResult]) -> CriterionScore:
        key = (criterion.id, *((one.outcome, one.credit) for one in results))
        if key not in self._scores:
            alone = replace(self.rubric, criteria=(criterion,))
            self._scores[key] = score(alone, results).criteria[0]
        return self._scores[key]


def _guessed(names: Sequence[str], said: Sequence[str]) -> tuple[str, ...]:
    """Says what must have been edited where the rubric of before is not at hand."""
    if names:
        return (f"tolerance, credit or curve of {', '.join(names)}",)
    return () if said else ("weights of its checks",)


def _with_credit(result: CheckResult, credit: float) -> CheckResult:
    if credit == result.credit:
        return result
    outcome = Outcome.PASSED if credit == 1 else Outcome.PARTIAL if credit else Outcome.FAILED
    return replace(result, credit=credit, outcome=outcome)


def _unedited(before: Rubric, after: Rubric) -> frozenset[str]:
    """Names the checks whose results stand, whatever they hold."""
    old = {check.id: check.params for one in before.criteria for check in one.checks}
    return frozenset(
        check.id
        for one in after.criteria
        for check in one.checks
        if check.id in old and same_value(old[check.id], check.params)
    )


def _lendable_by_criterion(rubric: Rubric) -> dict[str, frozenset[str]]:
    return {
        one.id: frozenset(name for members in lendable(rubric, one) for name in members)
        for one in rubric.criteria
    }


def _broken(rubric: Rubric, report: StoredReport) -> frozenset[str]:
    """Names the functions that a report found wrong, which decides what is lent."""
    subjects = {one.id: one.subject for one in rubric.criteria}
    return frozenset(
        subjects[one.id]
        for one in report.criteria
        if one.id in subjects and any(check.result.outcome not in FINE for check in one.checks)
    )
