from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grader.feedback.book import Book, Mistake, Page, sketches_of
from grader.feedback.explaining import EXPLAINED_AT_MOST, explained
from grader.plan import PlannedCheck
from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Outcome,
    Rubric,
    Visibility,
)
from tests.unit.feedback.compared import failed, numbers, one

DX = numbers(6, 5)


def criterion(name: str, visibility: str = "visible", needs: Sequence[str] = ()) -> Criterion:
    spec = CheckSpec(f"{name}/gradient", "gradient", None, visibility=Visibility(visibility))
    return Criterion(name, name, f"layers.{name}", Decimal(1), (spec,), needs=tuple(needs))


def rubric(*criteria: Criterion) -> Rubric:
    return Rubric(1, "course", "Course", HandInRules(("ece",)), criteria)


def explain(
    rules: Rubric, results: Sequence[CheckResult], known: Book | None = None, **how: Any
) -> list[CheckResult]:
    checks = [PlannedCheck(each, each.checks[0], True, 0) for each in rules.criteria]
    return explained(rules, checks, results, lambda: known or Book(), **how)


def doubled(name: str, **more: Any) -> CheckResult:
    return failed(one(2 * DX, DX, **more), name=f"{name}/gradient", hint="Read the text.")


def book(name: str) -> Book:
    arrays = sketches_of([one(2 * DX, DX)])
    page = Page(sketches_of([one(DX, DX)]), {"twice": arrays})
    return Book({"twice": Mistake("twice", "it is so", "Look.")}, {f"{name}/gradient": page})


def test_the_mistake_stands_before_the_rubrics_hint_and_costs_nothing() -> None:
    before = doubled("relu")
    (after,) = explain(rubric(criterion("relu")), [before], book("relu"))
    assert after.hint == "This is what comes out when it is so. Look. Read the text."
    assert after.evidence["diagnosis"]["name"] == "twice"
    assert (after.outcome, after.credit, after.message) == (
        before.outcome,
        before.credit,
        before.message,
    )


def test_without_a_book_a_relation_is_said() -> None:
    (after,) = explain(rubric(criterion("relu")), [doubled("relu")])
    assert after.hint == "dx is 2 times what is expected. Read the text."


@pytest.mark.parametrize("visibility", ["hidden", "after_due"])
def test_nothing_is_said_of_a_check_that_is_not_visible(visibility: str) -> None:
    result = doubled("relu")
    shows: list[str] = []
    after = explain(
        rubric(criterion("relu", visibility)),
        [result],
        book("relu"),
        show=lambda planned, found: shows.append(found.id) or "x",
    )
    assert after == [result]
    assert shows == []


def test_nothing_is_said_of_a_hidden_criterion() -> None:
    hidden = replace(criterion("relu"), visibility=Visibility.HIDDEN)
    result = doubled("relu")
    assert explain(rubric(hidden), [result], book("relu")) == [result]


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.ERRORED, Outcome.TIMED_OUT])
def test_only_wrong_values_are_explained(outcome: Outcome) -> None:
    result = replace(doubled("relu"), outcome=outcome)
    assert explain(rubric(criterion("relu")), [result], book("relu")) == [result]


def test_a_function_that_is_not_filled_in_is_not_explained() -> None:
    result = failed(one(None, DX), name="relu/gradient")
    assert explain(rubric(criterion("relu")), [result]) == [result]


def test_what_builds_on_something_broken_gets_a_sure_mistake_alone() -> None:
    rules = rubric(criterion("relu"), criterion("net", needs=["relu"]))
    results = [doubled("relu"), doubled("net")]
    _, net = explain(rules, results)
    assert net == results[1]
    assert "diagnosis" not in net.evidence
    _, net = explain(rules, results, book("net"))
    assert net.evidence["diagnosis"]["confidence"] == "high"


def test_secret_draws_are_explained_by_public_ones() -> None:
    secret = failed(one(DX + numbers(6, 5, seed=8), DX), name="relu/gradient")
    (after,) = explain(
        rubric(criterion("relu")), [secret], book("relu"), again=lambda planned: doubled("relu")
    )
    assert after.evidence["diagnosis"]["name"] == "twice"
    passed = replace(doubled("relu"), outcome=Outcome.PASSED)
    for on_public in (None, passed):
        same = explain(
            rubric(criterion("relu")), [secret], again=lambda planned, found=on_public: found
        )
        assert same == [secret]


def test_the_lines_that_show_it_are_kept_as_evidence() -> None:
    result = failed(one(numbers(6, 5, seed=8), DX), name="relu/gradient")
    (after,) = explain(rubric(criterion("relu")), [result], show=lambda planned, found: "print(1)")
    assert after.evidence["reproducer"] == "print(1)"
    assert "diagnosis" not in after.evidence


def test_only_so_many_are_explained_and_a_right_hand_in_reads_no_book() -> None:
    names = [f"layer_{number}" for number in range(EXPLAINED_AT_MOST + 3)]
    after = explain(rubric(*map(criterion, names)), [doubled(name) for name in names])
    assert sum("diagnosis" in each.evidence for each in after) == EXPLAINED_AT_MOST
    right = replace(doubled("relu"), outcome=Outcome.PASSED)

    def no_book() -> Book:
        raise AssertionError("read for nothing")

    planned = PlannedCheck(criterion("relu"), criterion("relu").checks[0], True, 0)
    assert explained(rubric(criterion("relu")), [planned], [right], no_book) == [right]
