"""A report is scored again from what it holds, and only with the rubric that it was made with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.records import CheckResult, CheckSpec, Outcome, Rubric
from grader.report import Report
from grader.report.signature import sign
from grader.rescoring import rescored, results_of
from tests.unit.marked_course import course, manual_criterion, report_of


def test_a_report_without_a_change_stays_as_it_is() -> None:
    report = report_of()
    assert rescored(report, course()) == report


def test_a_signature_does_not_survive() -> None:
    assert rescored(sign(report_of(), b"secret"), course()).signature == ""


def test_results_come_in_the_report_s_order_with_all_that_is_known() -> None:
    first, *rest = results_of(report_of(layer=Outcome.FAILED))
    assert first == CheckResult("relu/output", "output", Outcome.FAILED, 0.0, "Words.")
    assert [one.id for one in rest] == ["proof/manual", "essay/manual"]


def test_a_changed_result_changes_points_and_nothing_else() -> None:
    report = report_of()
    new = CheckResult("proof/manual", "manual", Outcome.PARTIAL, 0.5, "Half.")
    found = rescored(report, course(), {new.id: new})
    assert [one.awarded for one in found.criteria] == [6, 2, 0]
    assert (found.score.awarded, found.score.lower, found.score.upper) == (8, 8, 10)
    assert found.criteria[0] == report.criteria[0]
    assert found.criteria[2] == report.criteria[2]
    assert found.handin == report.handin


def test_long_words_are_not_cut_once_more() -> None:
    long = "word " * 10_000
    report = report_of()
    layer = report.criteria[0]
    cut = replace(layer.checks[0], message=long)
    report = replace(report, criteria=(replace(layer, checks=(cut,)), *report.criteria[1:]))
    assert rescored(report, course()).criteria[0].checks[0].message == long


def test_an_unfinished_report_still_needs_a_person() -> None:
    assert rescored(report_of(finished=False), course()).score.needs_review


def _with(index: int, **change: object) -> Rubric:
    criteria = list(course().criteria)
    criteria[index] = replace(criteria[index], **change)  # type: ignore[arg-type]  # any field
    return replace(course(), criteria=tuple(criteria))


@pytest.mark.parametrize(
    ("rubric", "sentence"),
    [
        (
            replace(course(), assignment="hw2"),
            "The report of alice is of the assignment 'hw1', and the rubric is of 'hw2'. Give the "
            "rubric that it was made with, with --rubric.",
        ),
        (
            _with(1, points=Decimal(5)),
            "The report of alice was made with another rubric: the criterion 'proof' has 4 points "
            "there and 5 points in the rubric. Grade the hand-in again.",
        ),
        (
            _with(2, bonus=False, points=Decimal(1)),
            "The report of alice was made with another rubric: the criterion 'essay' has 2 bonus "
            "points there and 1 point in the rubric. Grade the hand-in again.",
        ),
        (
            _with(0, checks=(CheckSpec("relu/gradient", "gradient", None),)),
            "The report of alice was made with another rubric: the criterion 'relu' has other "
            "checks there. Grade the hand-in again.",
        ),
        (
            replace(course(), criteria=(*course().criteria, manual_criterion("plot", "1"))),
            "The report of alice was made with another rubric: the criterion 'plot' is in the "
            "rubric, but not in the report. Grade the hand-in again.",
        ),
        (
            replace(course(), criteria=course().criteria[1:]),
            "The report of alice was made with another rubric: the criterion 'relu' is in the "
            "report only. Grade the hand-in again.",
        ),
        (
            replace(course(), criteria=course().criteria[::-1]),
            "The report of alice was made with another rubric: its criteria stand in another order "
            "there. Grade the hand-in again.",
        ),
    ],
)
def test_another_rubric_is_refused_with_what_differs(rubric: Rubric, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        rescored(report_of(), rubric)
    assert str(caught.value) == sentence


def test_words_of_the_rubric_may_have_changed() -> None:
    rubric = _with(0, title="Rectifier")
    found: Report = rescored(report_of(), rubric)
    assert found.criteria[0].title == "Rectifier"
