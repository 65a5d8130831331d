"""Credit becomes points once, half up, and what was not judged costs nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Outcome,
    Rubric,
    Scorecard,
)
from grader.scoring import LOST, WORST_FIRST, score

PASSED, PARTIAL, FAILED = Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED
ERRORED, TIMED_OUT = Outcome.ERRORED, Outcome.TIMED_OUT
SKIPPED, NOT_RUN, UNJUDGED = Outcome.SKIPPED, Outcome.NOT_RUN_HERE, Outcome.UNJUDGED


def criterion(name: str, points: str, *weights: str) -> Criterion:
    checks = tuple(
        CheckSpec(f"{name}/c{at}", "output", None, weight=Decimal(weight))
        for at, weight in enumerate(weights or ("1",))
    )
    return Criterion(name, name, f"layers.{name}", Decimal(points), checks)


def rubric(*criteria: Criterion) -> Rubric:
    return Rubric(1, "hw", "Homework", HandInRules(("hw",)), criteria)


def result(check_id: str, outcome: Outcome, credit: float) -> CheckResult:
    return CheckResult(check_id, "output", outcome, credit)


def scored(points: str, *found: tuple[Outcome, float], weights: tuple[str, ...] = ()) -> Scorecard:
    """Score one criterion `a` whose checks gave `found`."""
    asked = rubric(criterion("a", points, *(weights or ("1",) * len(found))))
    return score(asked, [result(f"a/c{at}", *one) for at, one in enumerate(found)])


def bounds(card: Scorecard) -> tuple[str, str, str]:
    return str(card.awarded), str(card.lower), str(card.upper)


def test_full_credit_gives_all_points() -> None:
    card = scored("5", (PASSED, 1.0))
    assert bounds(card) == ("5.00", "5.00", "5.00")
    assert card.possible == 5
    assert card.criteria[0].outcome is PASSED
    assert not card.needs_review


def test_credit_is_the_mean_weighted_by_the_checks() -> None:
    card = scored("8", (PASSED, 1.0), (FAILED, 0.0), weights=("3", "1"))
    assert bounds(card) == ("6.00", "6.00", "6.00")
    assert card.criteria[0].outcome is PARTIAL


def test_points_are_rounded_half_up_and_only_once() -> None:
    assert scored("0.01", (PARTIAL, 0.5)).awarded == Decimal("0.01")
    assert scored("1", (PARTIAL, 0.125)).awarded == Decimal("0.13")
    assert scored("1", (PARTIAL, 0.1)).awarded == Decimal("0.10")
    thirds = scored("1", (PASSED, 1.0), (PASSED, 1.0), (FAILED, 0.0))
    assert thirds.awarded == Decimal("0.67")
    # 0.145 in binary is less than 0.145; the decimal that was meant is rounded.
    assert scored("1", (PARTIAL, 0.145)).awarded == Decimal("0.15")


def test_sums_are_sums_of_rounded_criteria() -> None:
    asked = rubric(criterion("a", "1"), criterion("b", "1"), criterion("c", "1"))
    card = score(asked, [result(f"{name}/c0", PARTIAL, 0.335) for name in "cab"])
    assert [one.awarded for one in card.criteria] == [Decimal("0.34")] * 3
    assert card.awarded == Decimal("1.02")
    assert card.possible == 3


def test_checks_not_run_here_are_open_and_not_lost() -> None:
    card = scored("4", (PASSED, 1.0), (NOT_RUN, 0.0), weights=("1", "3"))
    assert bounds(card) == ("1.00", "1.00", "4.00")
    assert card.criteria[0].outcome is PASSED
    assert not card.needs_review


def test_a_criterion_of_which_nothing_was_run_is_not_run_here() -> None:
    card = scored("4", (NOT_RUN, 0.0), (NOT_RUN, 0.0))
    assert bounds(card) == ("0.00", "0.00", "4.00")
    assert card.criteria[0].outcome is NOT_RUN


def test_unjudged_checks_are_open_and_call_for_a_person() -> None:
    card = scored("4", (PASSED, 1.0), (UNJUDGED, 0.0))
    assert bounds(card) == ("2.00", "2.00", "4.00")
    assert card.criteria[0].outcome is UNJUDGED
    assert card.needs_review


@pytest.mark.parametrize("outcome", [NOT_RUN, UNJUDGED])
def test_what_was_not_judged_earns_nothing_whatever_credit_it_claims(outcome: Outcome) -> None:
    card = scored("4", (outcome, 1.0))
    assert bounds(card) == ("0.00", "0.00", "4.00")
    assert card.criteria[0].checks[0].credit == 0.0


def test_skipped_checks_lose_their_points() -> None:
    card = scored("4", (SKIPPED, 0.0))
    assert bounds(card) == ("0.00", "0.00", "0.00")
    assert card.criteria[0].outcome is SKIPPED


def test_a_lost_result_is_unjudged_and_says_so() -> None:
    card = score(rubric(criterion("a", "4", "1", "1")), [result("a/c1", PASSED, 1.0)])
    lost = card.criteria[0].checks[0]
    assert (lost.id, lost.kind, lost.outcome) == ("a/c0", "output", UNJUDGED)
    assert lost.message == LOST
    assert "The grader lost the result of this check." in LOST
    assert bounds(card) == ("2.00", "2.00", "4.00")
    assert card.needs_review


@pytest.mark.parametrize("credit", [float("nan"), float("inf"), -0.5, 1.5])
def test_an_impossible_credit_is_unjudged_and_never_points(credit: float) -> None:
    card = scored("4", (PASSED, credit))
    assert bounds(card) == ("0.00", "0.00", "4.00")
    assert card.criteria[0].checks[0].message == (
        f"The check gave a credit of {credit}; credit is between 0 and 1. This is a fault of the "
        "grader, not of the hand-in; it was marked for review."
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([(FAILED, 0.0), (UNJUDGED, 0.0), (PASSED, 1.0)], UNJUDGED),
        ([(FAILED, 0.0), (TIMED_OUT, 0.0), (ERRORED, 0.0)], TIMED_OUT),
        ([(FAILED, 0.0), (ERRORED, 0.0)], ERRORED),
        ([(SKIPPED, 0.0), (FAILED, 0.0)], FAILED),
        ([(SKIPPED, 0.0), (NOT_RUN, 0.0)], SKIPPED),
        ([(PASSED, 1.0), (ERRORED, 0.0)], PARTIAL),
        ([(PASSED, 1.0), (TIMED_OUT, 0.0)], PARTIAL),
        ([(PASSED, 1.0), (SKIPPED, 0.0)], PARTIAL),
        ([(PARTIAL, 0.5)], PARTIAL),
        ([(PARTIAL, 0.5), (NOT_RUN, 0.0)], PARTIAL),
        ([(FAILED, 0.0), (NOT_RUN, 0.0)], FAILED),
    ],
)
def test_a_criterion_is_called_after_the_worst_unless_some_credit_came_of_it(
    found: list[tuple[Outcome, float]], expected: Outcome
) -> None:
    assert scored("4", *found).criteria[0].outcome is expected


def test_every_outcome_has_its_place_in_the_order() -> None:
    assert sorted(WORST_FIRST) == sorted(Outcome)


def test_results_stand_in_the_order_of_the_rubric() -> None:
    asked = rubric(criterion("a", "1", "1", "1"), criterion("b", "1"))
    ids = ["b/c0", "a/c1", "a/c0"]
    card = score(asked, [result(one, PASSED, 1.0) for one in ids])
    assert [one.criterion.id for one in card.criteria] == ["a", "b"]
    assert [check.id for check in card.criteria[0].checks] == ["a/c0", "a/c1"]


def test_a_result_of_no_check_is_refused() -> None:
    with pytest.raises(ValueError, match=r"A result is for 'z/c0', which is no check of the rub"):
        score(rubric(criterion("a", "1")), [result("z/c0", PASSED, 1.0)])


def test_two_results_of_one_check_are_refused() -> None:
    twice = [result("a/c0", FAILED, 0.0), result("a/c0", PASSED, 1.0)]
    with pytest.raises(ValueError, match=r"The check 'a/c0' has two results; each check has one\."):
        score(rubric(criterion("a", "1")), twice)


def test_checks_without_weight_cannot_share_points() -> None:
    with pytest.raises(ValueError, match=r"The checks of criterion 'a' weigh 0 together; they mu"):
        score(rubric(criterion("a", "1", "0")), [result("a/c0", PASSED, 1.0)])


def bonus(one: Criterion) -> Criterion:
    return replace(one, bonus=True)


def test_bonus_points_come_on_top_of_what_is_possible() -> None:
    asked = rubric(criterion("a", "10"), bonus(criterion("b", "2")))
    card = score(asked, [result("a/c0", PARTIAL, 0.5), result("b/c0", PASSED, 1.0)])
    assert (card.awarded, card.possible) == (7, 10)
    assert bounds(card) == ("7.00", "7.00", "7.00")


def test_open_bonus_points_are_still_possible_in_the_upper_bound_alone() -> None:
    asked = rubric(criterion("a", "10"), bonus(criterion("b", "2")))
    card = score(asked, [result("a/c0", PASSED, 1.0), result("b/c0", NOT_RUN, 0.0)])
    assert bounds(card) == ("10.00", "10.00", "12.00")
    assert card.possible == 10


def test_no_sum_goes_beyond_the_maximum() -> None:
    asked = replace(rubric(criterion("a", "10"), bonus(criterion("b", "2"))), maximum=Decimal("11"))
    card = score(asked, [result("a/c0", PASSED, 1.0), result("b/c0", PASSED, 1.0)])
    assert (card.awarded, card.lower, card.upper) == (11, 11, 11)
    assert [one.awarded for one in card.criteria] == [10, 2]
    part = score(asked, [result("a/c0", PARTIAL, 0.5), result("b/c0", NOT_RUN, 0.0)])
    assert (part.awarded, part.upper) == (5, 7)


def test_a_maximum_that_nothing_reaches_changes_nothing() -> None:
    asked = replace(rubric(criterion("a", "10")), maximum=Decimal("100"))
    assert bounds(score(asked, [result("a/c0", PASSED, 1.0)])) == ("10.00", "10.00", "10.00")
