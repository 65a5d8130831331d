"""What changed between two runs, and what is kept to tell it."""

import json
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from grader.records import Outcome
from grader.report.changes import (
    Changes,
    RunMemory,
    ago_text,
    changes_text,
    compare_runs,
    memory_from,
    memory_value,
    remember,
    what_changed,
)


def run(assignment="hw1", **criteria):
    """A report: by id an outcome and what was awarded of 4 points."""
    made = tuple(
        SimpleNamespace(id=name, outcome=outcome, awarded=Decimal(str(won)), points=Decimal(4))
        for name, (outcome, won) in criteria.items()
    )
    return SimpleNamespace(
        assignment=assignment, handin=SimpleNamespace(digest="sha256:0"), criteria=made
    )


FULL = (Outcome.PASSED, 4)
NONE = (Outcome.FAILED, 0)
HALF = (Outcome.PARTIAL, 2)
AWAY = (Outcome.NOT_RUN_HERE, 0)
OURS = (Outcome.UNJUDGED, 0)


def changes(before, after):
    return compare_runs(remember(run(**before), 0.0), run(**after))


def test_each_kind_of_change_is_told():
    found = changes(
        {"a": NONE, "b": FULL, "c": NONE, "d": HALF, "e": FULL},
        {"a": FULL, "b": HALF, "c": HALF, "d": NONE, "e": FULL},
    )
    assert found == Changes(Decimal(2), ("a",), ("b",), ("c",), ("d",))
    assert what_changed(found) == "+2 points; now right: a; newly wrong: b; better: c; worse: d"


def test_nothing_is_said_where_nothing_changed():
    found = changes({"a": HALF}, {"a": HALF})
    assert not found
    assert changes_text(found, 5.0) == ""


@pytest.mark.parametrize("other", [AWAY, OURS])
def test_only_what_both_runs_judged_is_compared(other):
    assert not changes({"a": other}, {"a": FULL})
    assert not changes({"a": FULL}, {"a": other})


def test_a_criterion_that_is_new_is_not_compared():
    assert not changes({}, {"a": FULL})


def test_other_assignments_and_other_points_are_not_compared():
    before = remember(run(a=NONE), 0.0)
    assert not compare_runs(before, run("hw2", a=FULL))
    again = replace(before, criteria={"a": replace(before.criteria["a"], points=Decimal(5))})
    assert not compare_runs(again, run(a=FULL))


def test_what_a_later_run_did_not_judge_is_still_remembered():
    first = remember(run(a=FULL, b=NONE), 1.0)
    second = remember(run(a=AWAY, b=FULL), 2.0, first)
    assert second.ended_s == 2.0
    assert second.criteria["a"] == first.criteria["a"]
    assert second.criteria["b"].outcome is Outcome.PASSED


def test_what_the_rubric_no_longer_has_is_forgotten_and_so_is_another_assignment():
    first = remember(run(a=FULL, b=NONE), 1.0)
    assert remember(run(a=FULL), 2.0, first).criteria.keys() == {"a"}
    assert remember(run("hw2", b=AWAY), 2.0, first).criteria == {}


def test_many_names_are_counted():
    ids = tuple(f"c{number}" for number in range(9))
    assert what_changed(Changes(right=ids)) == "now right: c0, c1, c2, c3, c4, c5 and 3 more"


def test_a_name_that_would_repaint_a_terminal_is_made_visible():
    assert "\x1b" not in what_changed(Changes(right=("\x1b[2J",)))


def test_a_point_is_one():
    assert what_changed(Changes(Decimal(1))) == "+1 point"
    assert what_changed(Changes(Decimal("-0.5"))) == "−0.5 points"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (2 * 3600, "2 h ago"),
        (86_400, "1 day ago"),
        (5 * 86_400, "5 days ago"),
    ],
)
def test_how_long_ago_is_said_as_people_do(seconds, words):
    assert ago_text(seconds) == words


def test_what_is_kept_comes_back_from_json():
    kept = remember(run(a=FULL, b=HALF), 12.5)
    back = memory_from(json.loads(json.dumps(memory_value(kept))))
    assert back is not None
    assert (back.ended_s, back.digest, dict(back.criteria)) == (
        12.5,
        "sha256:0",
        dict(kept.criteria),
    )


GOOD = memory_value(RunMemory("hw1", "sha256:0", 1.0))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        "text",
        {**GOOD, "version": 2},
        {**GOOD, "ended_s": "soon"},
        {**GOOD, "criteria": []},
        {**GOOD, "criteria": {"a": ["passed", "1"]}},
        {**GOOD, "criteria": {"a": ["perfect", "1", "1"]}},
        {**GOOD, "criteria": {"a": ["passed", "much", "1"]}},
        {**GOOD, "criteria": {"a": ["passed", "NaN", "1"]}},
        {**GOOD, "criteria": {"a": ["passed", "1e999999", "1"]}},
        {**GOOD, "criteria": {str(number): 0 for number in range(10_001)}},
    ],
)
def test_what_is_damaged_or_none_of_ours_is_taken_for_nothing(value):
    assert memory_from(value) is None
