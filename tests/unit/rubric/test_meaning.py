"""Sentences are read in tests/rubrics/invalid/meaning.expected.txt; here are the odd corners."""

from __future__ import annotations

from typing import Any

import pytest

from grader.rubric.meaning import check_meaning, check_names
from grader.rubric.problems import Problems
from grader.rubric.source import Source
from grader.rubric.tree import Place


def found(criteria: Any) -> list[str]:
    source = Source("r.yaml", {"criteria": criteria}, Place(0, 0), "")
    problems = Problems(source)
    check_meaning(source.data, problems)
    return [problem.removeprefix("r.yaml:1  ") for problem in problems.in_order()]


def test_names_run_on_within_a_kind() -> None:
    checks: list[Any] = [
        {"kind": "a"},
        {"kind": "b"},
        {"kind": "a"},
        {"kind": "a", "name": "x"},
        {"kind": "a"},
    ]
    assert check_names(checks) == ["a", "b", "a_2", "x", "a_3"]


@pytest.mark.parametrize(
    "criteria",
    [
        None,
        3,
        [],
        [1, None, [], {}],
        [{"id": 1, "needs": 3, "checks": 4}],
        [{"id": "a", "needs": [1, {}], "checks": [1, {}, None]}],
        [{"id": "a", "visibility": [], "checks": [{"visibility": {}}]}],
        [{"id": "a", "visibility": "hidden", "checks": [{"visibility": []}]}],
        [{"id": "a", "visibility": [], "checks": [{"visibility": "visible"}]}],
        [{"id": "a", "visibility": "hidden", "checks": [{"visibility": "open"}]}],
        [{"id": "a", "visibility": "secret", "checks": [{"visibility": "open"}]}],
    ],
)
def test_what_has_no_form_is_left_to_the_schema(criteria: Any) -> None:
    assert found(criteria) == []


def test_a_longer_circle_is_shown_whole() -> None:
    criteria = [
        {"id": "a", "needs": ["c"]},
        {"id": "b", "needs": ["a"]},
        {"id": "c", "needs": ["b", "a", "x"]},
    ]
    assert found(criteria) == [
        "criteria[0].needs[0]: Criteria need one another in a circle: a → c → a. Delete one of "
        "the needs.",
        "criteria[2].needs[2]: 'x' is not the id of a criterion.",
    ]


def test_a_need_of_a_criterion_without_id_may_not_point_down() -> None:
    assert found([{"needs": ["b"]}, {"id": "b"}]) == [
        "criteria[0].needs[0]: 'b' is declared later, in line 1. A criterion needs only criteria "
        "above it: move 'b' up."
    ]


def test_a_check_may_be_more_restricted_but_not_less() -> None:
    criteria = [
        {
            "id": "a",
            "visibility": "after_due",
            "checks": [
                {"kind": "x", "name": "x", "visibility": "hidden"},
                {"kind": "x", "name": "y", "visibility": "after_due"},
                {"kind": "x", "name": "z", "visibility": "visible"},
            ],
        },
    ]
    assert found(criteria) == [
        "criteria[0].checks[2].visibility: 'visible' is less restricted than the criterion, which "
        "is 'after_due'. Restrict the check at least as much, or open the criterion."
    ]
