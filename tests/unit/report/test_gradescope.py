"""Gradescope gets every criterion once for each who may see it, with points that add up."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from grader.records import Outcome, Visibility
from grader.report import Report
from grader.report.gradescope import TOTAL_WITHHELD, gradescope_results
from tests.formats.reports import check, criterion, mixed, passing, report, unfinished

HIDDEN = Visibility.HIDDEN


def results(made: Report, **weights: str) -> dict[str, Any]:
    named = {key.replace("__", "/"): Decimal(value) for key, value in weights.items()}
    read: dict[str, Any] = json.loads(gradescope_results(made, named))
    return read


def points(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["visibility"], one.get("score"), one.get("max_score")) for one in found["tests"]]


def three() -> Report:
    return report(
        criterion(
            "a",
            "1",
            "0.33",
            check("a/b"),
            check("a/c", Outcome.FAILED, "No.", visibility=Visibility.AFTER_DUE),
            check("a/d", Outcome.FAILED, "No.", visibility=HIDDEN),
        )
    )


def test_a_mixed_criterion_is_shared_by_the_weights_and_sums_to_its_points() -> None:
    assert points(results(three(), a__b="1", a__c="1", a__d="1")) == [
        ("visible", 0.33, 0.33),
        ("after_due_date", 0, 0.33),
        ("hidden", 0, 0.34),
    ]
    assert points(results(three(), a__b="2", a__c="1", a__d="1"))[0] == ("visible", 0.5, 0.5)


def test_without_weights_the_most_restricted_test_holds_the_points() -> None:
    found = results(three())
    assert points(found) == [
        ("visible", None, None),
        ("after_due_date", None, None),
        ("hidden", 0.33, 1),
    ]
    assert [one.get("status") for one in found["tests"]] == ["passed", "failed", "failed"]
    assert [one["name"] for one in found["tests"]] == [
        "A",
        "A (after the due date)",
        "A (hidden)",
    ]
    assert [one["number"] for one in found["tests"]] == ["1.1", "1.2", "1.3"]


def test_words_above_the_tests_tell_no_points_while_any_are_hidden() -> None:
    assert results(mixed())["output"].startswith(TOTAL_WITHHELD)
    assert "15" not in results(mixed())["output"]
    assert results(passing())["output"] == "10 of 10 points"


def test_no_words_of_a_hidden_check_stand_in_a_visible_test() -> None:
    for one in results(mixed("Xq7"))["tests"]:
        if one["visibility"] == "visible":
            assert "secret" not in one["output"]
            assert "late" not in one["output"]


def test_an_open_test_has_neither_score_nor_status() -> None:
    (essay,) = [one for one in results(mixed())["tests"] if one["name"] == "Essay"]
    assert "score" not in essay
    assert "status" not in essay
    assert essay["output"] == "So far 0–3 of 3 points.\nMarked by a person."


def test_what_was_not_reached_is_named() -> None:
    found = results(unfinished())
    assert found["score"] == 4
    assert found["extra_data"]["finished"] is False
    assert found["output"].splitlines()[1:] == [
        "Not finished: the run was ended before its last check, or is still going on. What it had "
        "not reached costs nothing; grade the hand-in again.",
        "Not isolated: the machine could not shut the hand-in in, so do not rely on the score.",
        "Not reached: Relu.",
    ]


def test_long_lists_of_what_was_not_reached_are_cut() -> None:
    lost = [
        criterion(f"c{at}", "1", "0", check(f"c{at}/b", Outcome.UNJUDGED), upper="1")
        for at in range(25)
    ]
    made = replace(report(*lost), finished=False)
    assert "C19 and 5 more." in results(made)["output"]


def test_a_signed_report_says_so_to_staff_alone() -> None:
    unsigned = replace(passing(), signature="")
    assert results(passing())["extra_data"]["signed"] is True
    assert results(unsigned)["extra_data"]["signed"] is False
    assert "signed" not in results(unsigned)["output"].lower()
