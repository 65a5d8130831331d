"""Check results become points: the only place where credit meets the rubric's points.

Every criterion is multiplied and rounded once, half up, to hundredths. What was not judged costs
nothing in the upper bound and earns nothing in the lower one, so the two tell the honest range.
Bonus points are earned on top of what is possible, and no sum goes beyond the rubric's maximum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    CriterionScore,
    Outcome,
    Rubric,
    Scorecard,
)

HUNDREDTH = Decimal("0.01")

# Checks that were not judged: nothing is certain, everything is still possible.
OPEN = frozenset({Outcome.NOT_RUN_HERE, Outcome.UNJUDGED})

# What a criterion is called when no credit came of it: the first of these that occurred.
WORST_FIRST = (
    Outcome.UNJUDGED,
    Outcome.TIMED_OUT,
    Outcome.ERRORED,
    Outcome.FAILED,
    Outcome.PARTIAL,
    Outcome.SKIPPED,
    Outcome.NOT_RUN_HERE,
    Outcome.PASSED,
)

LOST = (
    "The grader lost the result of this check. This is a fault of the grader, not of the hand-in; "
    "it was marked for review."
)


def score(rubric: Rubric, results: Sequence[CheckResult]) -> Scorecard:
    """Turn the results of a rubric's checks into points.

    Args:
        rubric: what is asked, and for how many points.
        results: in any order; a check without one counts as unjudged.

    Raises:
        ValueError: a result belongs to no check of the rubric, or a check has two.
    """
    found = _by_check(rubric, results)
    return sum_up(
        rubric, tuple(_score_criterion(criterion, found) for criterion in rubric.criteria)
    )


def sum_up(rubric: Rubric, scores: tuple[CriterionScore, ...]) -> Scorecard:
    """Adds the points of a rubric's criteria up, to its maximum at most."""

    def most(amounts: Iterable[Decimal]) -> Decimal:
        whole = _total(amounts)
        return whole if rubric.maximum is None else min(whole, rubric.maximum)

    return Scorecard(
        criteria=scores,
        awarded=most(one.awarded for one in scores),
        possible=rubric.possible,
        lower=most(one.lower for one in scores),
        upper=most(one.upper for one in scores),
        needs_review=any(
            result.outcome is Outcome.UNJUDGED for one in scores for result in one.checks
        ),
    )


def _by_check(rubric: Rubric, results: Sequence[CheckResult]) -> Mapping[str, CheckResult]:
    known = {check.id for criterion in rubric.criteria for check in criterion.checks}
    found: dict[str, CheckResult] = {}
    for result in results:
        if result.id not in known:
            raise ValueError(f"A result is for '{result.id}', which is no check of the rubric.")
        if result.id in found:
            raise ValueError(f"The check '{result.id}' has two results; each check has one.")
        found[result.id] = result
    return found


def _score_criterion(criterion: Criterion, found: Mapping[str, CheckResult]) -> CriterionScore:
    checks = tuple(_result_of(check, found) for check in criterion.checks)
    weights = tuple(check.weight for check in criterion.checks)
    whole = sum(weights, Decimal(0))
    if whole <= 0:
        raise ValueError(
            f"The checks of criterion '{criterion.id}' weigh {whole} together; "
            "they must weigh more than 0 to share its points."
        )
    earned = _total(
        weight * _credit(result) for weight, result in zip(weights, checks, strict=True)
    )
    still_open = _total(
        weight for weight, result in zip(weights, checks, strict=True) if result.outcome in OPEN
    )
    lower = _points(criterion.points * earned / whole)
    return CriterionScore(
        criterion=criterion,
        outcome=_outcome(checks, earned, whole - still_open),
        awarded=lower,
        lower=lower,
        upper=_points(criterion.points * (earned + still_open) / whole),
        checks=checks,
    )


def _result_of(check: CheckSpec, found: Mapping[str, CheckResult]) -> CheckResult:
    result = found.get(check.id)
    if result is None:
        return CheckResult(check.id, check.kind, Outcome.UNJUDGED, 0.0, message=LOST)
    if not (math.isfinite(result.credit) and 0.0 <= result.credit <= 1.0):
        return replace(
            result,
            outcome=Outcome.UNJUDGED,
            credit=0.0,
            message=f"The check gave a credit of {result.credit}; credit is between 0 and 1. This "
            "is a fault of the grader, not of the hand-in; it was marked for review.",
        )
    if result.outcome in OPEN and result.credit != 0.0:
        return replace(result, credit=0.0)
    return result


def _credit(result: CheckResult) -> Decimal:
    # By way of the shortest decimal, so that a credit of 0.1 is a tenth and not a bit more.
    return Decimal(repr(float(result.credit)))


def _outcome(checks: Sequence[CheckResult], earned: Decimal, judged: Decimal) -> Outcome:
    seen = {result.outcome for result in checks}
    if Outcome.UNJUDGED in seen:
        return Outcome.UNJUDGED
    if seen == {Outcome.PASSED, Outcome.NOT_RUN_HERE}:
        return Outcome.PASSED  # of what was judged; the upper bound tells the rest
    if 0 < earned < judged:
        return Outcome.PARTIAL
    return next(outcome for outcome in WORST_FIRST if outcome in seen)


def _points(exact: Decimal) -> Decimal:
    return exact.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
