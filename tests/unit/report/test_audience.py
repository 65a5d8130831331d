"""Students are told nothing of what is hidden but its points."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from grader.records import Outcome, Visibility
from grader.report import Report
from grader.report.audience import AFTER_DUE, HIDDEN, for_students, may_be_told
from grader.report.tally import tally
from tests.formats.reports import check, criterion, mixed, passing, report


def test_what_is_visible_stays_as_it_is() -> None:
    assert for_students(passing()) == passing()


def test_points_and_their_reasons_stay() -> None:
    told = for_students(mixed())
    assert told.score == mixed().score
    assert tally(told) == tally(mixed())
    for one, before in zip(told.criteria, mixed().criteria, strict=True):
        assert (one.awarded, one.lower, one.upper, one.points) == (
            before.awarded,
            before.lower,
            before.upper,
            before.points,
        )
    credits_ = [[found.credit for found in one.checks] for one in told.criteria]
    assert credits_ == [[found.credit for found in one.checks] for one in mixed().criteria]


def test_a_hidden_check_has_no_name_words_measurements_or_times() -> None:
    (_, late, secret) = for_students(mixed()).criteria[2].checks
    for found in (late, secret):
        assert (found.hint, found.advice, dict(found.evidence)) == ("", (), {})
        assert (found.wall_s, found.cpu_s, found.kind) == (0.0, 0.0, "hidden")
        assert found.outcome is Outcome.FAILED  # one of them raised
    assert (late.id, late.message) == ("dropout/hidden_2", AFTER_DUE)
    assert (secret.id, secret.message) == ("dropout/hidden_3", HIDDEN)


def test_a_criterion_that_is_hidden_as_a_whole_has_no_title() -> None:
    hidden = for_students(mixed()).criteria[3]
    assert (hidden.id, hidden.title, hidden.subject) == ("hidden_4", "Hidden criterion 4", "")
    assert hidden.outcome is Outcome.FAILED  # it ran out of time
    assert hidden.checks[0].id == "hidden_4/hidden_1"
    assert "adam" not in for_students(mixed()).to_json()


def test_after_the_due_date_what_waited_for_it_is_told() -> None:
    (_, late, secret) = for_students(mixed(), after_due=True).criteria[2].checks
    assert (late.id, late.message) == ("dropout/late", "late it is wrong")
    assert secret.message == HIDDEN


def test_a_criterion_is_coarse_only_by_what_is_hidden() -> None:
    raised = check("a/b", Outcome.ERRORED, "It raised.")
    made = report(criterion("a", "1", "0", raised, replace(raised, visibility=Visibility.HIDDEN)))
    assert for_students(made).criteria[0].outcome is Outcome.ERRORED


def test_a_hidden_check_that_waits_for_a_person_still_does() -> None:
    waits = check(
        "a/b",
        Outcome.NOT_RUN_HERE,
        "The secret answer is read by a person.",
        visibility=Visibility.HIDDEN,
    )
    made = report(criterion("a", "1", "0", waits, upper="1"))
    told = for_students(made)
    assert told.criteria[0].checks[0].message == "Left to a person."
    assert tally(told) == tally(made)
    manual = replace(waits, kind="manual", message="")
    made = report(criterion("a", "1", "0", manual, upper="1"))
    assert for_students(made).criteria[0].checks[0].kind == "manual"


def test_the_json_of_an_extract_says_nothing_of_what_is_hidden() -> None:
    def strings(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for item in value.values() for text in strings(item)]
        if isinstance(value, list):
            return [text for item in value for text in strings(item)]
        return [value] if isinstance(value, str) else []

    told = strings(json.loads(for_students(mixed("Xq7")).to_json()))
    assert not any("late Xq7" in text or "secret" in text.lower() for text in told)


@pytest.mark.parametrize(
    ("visibility", "before", "after"),
    [
        (Visibility.VISIBLE, True, True),
        (Visibility.AFTER_DUE, False, True),
        (Visibility.HIDDEN, False, False),
    ],
)
def test_who_may_see_what_and_when(visibility: Visibility, before: bool, after: bool) -> None:
    assert may_be_told(visibility) is before
    assert may_be_told(visibility, after_due=True) is after


def test_the_original_is_left_alone() -> None:
    original: Report = mixed()
    for_students(original)
    assert original == mixed()
