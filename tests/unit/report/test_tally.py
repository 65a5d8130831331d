"""What is judged, what is bonus and what waits for whom is said in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from grader.marks import make_mark, marks_in, with_marks
from grader.records import Outcome, Visibility
from grader.report import Report
from grader.report.tally import Amount, Why, tally, waits_for_person
from grader.report.terminal import render_plain
from grader.report.wording import score_text, summary_mark, summary_text
from tests.unit.marked_course import course, manual_criterion, report_of

Make = Callable[..., Any]


def marked(**answers: str) -> Report:
    report, criteria = report_of(), {one.id: one for one in course().criteria}
    given = marks_in(report, course())
    for name, answer in answers.items():
        given = given.with_mark(make_mark(criteria[name], answer))
    return with_marks(report, course(), given)


def test_open_marks_are_told_apart_from_what_is_judged() -> None:
    found = tally(report_of())
    assert (found.judged, found.bonus, found.beyond) == (6, 0, 0)
    assert found.open == {Why.PERSON: Amount(4, 2)}  # type: ignore[arg-type]  # equal numbers
    assert score_text(report_of()) == (
        "6 of 6 judged points · 4 more and 2 of bonus are marked by a person: 6–11 of 10"
    )


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        (
            {"essay": "1"},
            "8 of 6 judged points, 2 of them bonus · 4 more are marked by a person: 8–11 of 10",
        ),
        ({"proof": "2"}, "8 of 10 judged points · 2 of bonus are marked by a person: 8–10 of 10"),
        ({"proof": "2", "essay": "2"}, "9 of 10 points, 1 of them bonus"),
        (
            {"proof": "1", "essay": "1"},
            "11 of 10 points, 1 of them bonus (1 more would be above the maximum)",
        ),
        ({"proof": "3", "essay": "3"}, "6 of 10 points"),
    ],
)
def test_the_score_says_how_much_is_judged_and_how_much_is_bonus(
    answers: dict[str, str], text: str
) -> None:
    assert score_text(marked(**answers)) == text


def test_hidden_checks_and_people_are_told_side_by_side(make: Make, report: Make) -> None:
    made = report(
        make("a", "57", outcomes=(Outcome.PASSED,)),
        make("b", "5", Outcome.FAILED, "Wrong."),
        make("c", "18", Outcome.NOT_RUN_HERE, visibility=Visibility.HIDDEN),
        make("d", "20", Outcome.NOT_RUN_HERE),
    )
    (check,) = made.criteria[3].checks
    person = replace(made.criteria[3], checks=(replace(check, kind="manual"),))
    made = replace(made, criteria=(*made.criteria[:3], person))
    assert score_text(made) == (
        "57 of 62 judged points · 20 more are marked by a person · 18 more are judged by hidden "
        "checks when graded: 57–95 of 100"
    )


def test_where_people_mark_all_nothing_is_judged() -> None:
    rubric = replace(course(), criteria=(manual_criterion("proof", "1"),), maximum=None)
    report = report_of(rubric)
    assert score_text(report) == "Nothing was judged · 1 more is marked by a person: 0–1 of 1"
    assert summary_mark(report) == ("○", "dim")


def test_open_marks_are_no_reason_for_a_person_to_look() -> None:
    assert summary_text(report_of()).startswith("alice  6 of 6 judged points")
    assert "needs a person" not in summary_text(report_of())
    assert summary_mark(report_of()) == ("✓", "good")


def test_a_criterion_waits_until_it_is_marked() -> None:
    assert [waits_for_person(one) for one in report_of().criteria] == [False, True, True]
    assert not any(waits_for_person(one) for one in marked(proof="1", essay="3").criteria)


def test_a_terminal_lists_what_people_mark_without_the_questions() -> None:
    text = render_plain(report_of())
    assert "○ marked by a person: proof, essay\n" in text
    assert "not run here" not in text
    assert "Is the proof right?" not in text


def test_a_mark_and_its_comment_stand_with_their_criterion() -> None:
    report, (_, _, essay) = report_of(), course().criteria
    given = marks_in(report, course()).with_mark(make_mark(essay, "2", "Shorter, please."))
    text = render_plain(with_marks(report, course(), given))
    assert "◐ Essay  " in text
    assert "report.essay" not in text
    assert "1/2 bonus\n" in text
    assert "  The idea is right, a step is missing.\n  · Shorter, please.\n" in text
    assert "· Marks given by people: 1 of 2 criteria.\n" in text
