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


PERSON = {"kind": "manual"}


def test_a_check_for_a_person_stands_alone() -> None:
    assert found([{"id": "a", "points": 1, "checks": [PERSON]}]) == []
    assert found([{"id": "a", "points": 1, "checks": [{"kind": "output"}, PERSON]}]) == [
        "criteria[0].checks[1]: A person marks the whole criterion, so that its check of kind "
        "'manual' stands alone. Move the other checks into a criterion of their own."
    ]


def test_a_person_may_mark_what_others_build_on() -> None:
    assert found([{"id": "a", "checks": [PERSON]}, {"id": "b", "needs": ["a"]}]) == []
    assert found([{"id": "a"}, {"id": "b", "needs": ["a"], "checks": [PERSON]}]) == []


def test_what_a_person_marks_anyway_is_not_optional() -> None:
    assert found([{"id": "a", "optional": True, "checks": [PERSON]}]) == [
        "criteria[0].optional: A person marks this criterion in any case, by the kind 'manual'. "
        "Delete `optional`."
    ]


def test_bonus_alone_is_a_mistake() -> None:
    assert found([{"id": "a", "points": 1, "bonus": True}]) == [
        "criteria: All criteria are bonus, so that nothing is possible which they could come on "
        "top of. Delete `bonus` where the points count in full."
    ]
    assert found([{"id": "a", "bonus": True}, {"id": "b"}]) == []


def most(maximum: Any, *criteria: Any) -> list[str]:
    source = Source("r.yaml", {"maximum": maximum, "criteria": [*criteria]}, Place(0, 0), "")
    problems = Problems(source)
    check_meaning(source.data, problems)
    return [problem.removeprefix("r.yaml:1  ") for problem in problems.in_order()]


def test_a_maximum_below_what_is_possible_is_a_mistake() -> None:
    criteria = ({"points": 0.1}, {"points": 0.2}, {"points": 5, "bonus": True})
    assert most(0.3, *criteria) == []
    assert most(0.25, *criteria) == [
        "maximum: The criteria that are not bonus are worth 0.3 points, and only 0.25 of them "
        "could be earned. Raise `maximum`, or give `bonus: true` to the criteria whose points "
        "come on top."
    ]


@pytest.mark.parametrize("maximum", [None, "1", True, float("nan"), float("inf"), -1, [], {}])
def test_a_maximum_that_is_none_is_left_to_the_schema(maximum: Any) -> None:
    points = ({"points": 5}, {"points": "x"}, {"points": float("inf")}, {"points": True}, {})
    assert most(maximum, *points) == []
