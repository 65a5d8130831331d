"""Marks become points through the one scoring, for the version of the hand-in that was read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.marks import NOTE, make_mark, marks_in, refused, with_marks
from grader.marks_given import Mark, Marks
from grader.records import Outcome
from grader.report import Report
from tests.unit.marked_course import DIGEST, course, report_of

_, PROOF, ESSAY = course().criteria
AT = "2026-11-20T10:00:00+00:00"


def marks(*given: Mark, digest: str = DIGEST) -> Marks:
    return Marks("hw1", "alice", digest, given)


def marked(*answers: tuple[str, str]) -> Report:
    criteria = {"proof": PROOF, "essay": ESSAY}
    given = [make_mark(criteria[name], answer, "Well.", "Kim", AT) for name, answer in answers]
    return with_marks(report_of(), course(), marks(*given))


def test_a_level_gives_its_share_of_the_points() -> None:
    report = marked(("proof", "2"))
    (check,) = report.criteria[1].checks
    assert (check.outcome, check.credit) == (Outcome.PARTIAL, 0.5)
    assert check.message == "The idea is right, a step is missing."
    assert check.advice == ("Well.",)
    assert {key: check.evidence[key] for key in ("by", "at", "credit")} == {
        "by": "Kim",
        "at": AT,
        "credit": 0.5,
    }
    assert check.evidence["shown"] == [{"where": "report.pdf", "text": "on proof"}]
    assert (report.score.awarded, report.score.lower, report.score.upper) == (8, 8, 10)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("1", Outcome.PASSED), ("2", Outcome.PARTIAL), ("3", Outcome.FAILED), ("0.0", Outcome.FAILED)],
)
def test_a_mark_decides_the_outcome(answer: str, outcome: Outcome) -> None:
    report = marked(("proof", answer))
    assert report.criteria[1].outcome is outcome
    assert not report.score.needs_review


def test_bonus_is_earned_to_the_maximum_at_most() -> None:
    report = marked(("proof", "1"), ("essay", "1"))
    assert report.score.awarded == report.score.upper == 11
    assert report.score.possible == 10


def test_a_credit_between_the_levels_is_said_as_such() -> None:
    (check,) = marked(("proof", "0,7")).criteria[1].checks
    assert (check.credit, check.message) == (0.7, "A person gave 0.7 of the credit.")


def test_the_report_says_who_marked_how_much() -> None:
    notes = marked(("proof", "1")).handin.notes
    assert notes == ("A note.", "Marks given by people: 1 of 2 criteria, by Kim.")


def test_marks_are_put_in_once_however_often() -> None:
    once = marked(("proof", "2"))
    given = marks_in(once, course())
    assert with_marks(once, course(), given) == once


def test_a_mark_that_is_gone_leaves_its_criterion_open_again() -> None:
    report = with_marks(marked(("proof", "2")), course(), marks())
    assert report == report_of()


def test_a_report_holds_its_marks() -> None:
    found = marks_in(marked(("proof", "2"), ("essay", "0.25")), course())
    assert found == marks(
        Mark(
            "proof",
            PROOF.checks[0].params.levels[1].description,
            Decimal("0.5"),
            "Well.",
            "Kim",
            AT,
        ),
        Mark("essay", "", Decimal("0.25"), "Well.", "Kim", AT),
    )
    assert marks_in(report_of(), course()) == marks()


def test_a_later_mark_takes_the_place_of_an_earlier_one() -> None:
    first, second = make_mark(PROOF, "1"), make_mark(PROOF, "3")
    assert marks(first).with_mark(second) == marks(second)
    assert marks(first).of("proof") == first
    assert marks(first).of("essay") is None


@pytest.mark.parametrize(
    ("answer", "level", "credit"),
    [
        ("1", "Complete and right.", "1"),
        (" 3 ", "Missing or wrong.", "0"),
        ("the idea", "The idea is right, a step is missing.", "0.5"),
        ("MISSING OR WRONG.", "Missing or wrong.", "0"),
        ("0.5", "The idea is right, a step is missing.", "0.5"),
        ("1.0", "Complete and right.", "1"),
        (".25", "", "0.25"),
    ],
)
def test_an_answer_is_a_number_a_credit_or_the_beginning_of_a_description(
    answer: str, level: str, credit: str
) -> None:
    found = make_mark(PROOF, answer)
    assert (found.criterion, found.level, found.credit) == ("proof", level, Decimal(credit))


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("4", "4 is no level of proof, which has levels 1 to 3; 1 is the best. Give one of them"),
        ("0", "0 is no level of proof, which has levels 1 to 3"),
        ("2.5", "2.5 is no credit of proof: credit is a share of the points, from 0 to 1."),
        ("good", "No level of proof begins with 'good'. Its levels are: 1 Complete and right.;"),
        ("", "No level of proof begins with ''."),
        ("-1", "No level of proof begins with '-1'."),
    ],
)
def test_another_answer_is_refused_with_what_there_is(answer: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_mark(PROOF, answer)
    assert str(caught.value).startswith(sentence)


def test_the_beginning_of_two_descriptions_is_refused() -> None:
    levels = PROOF.checks[0].params.levels
    params = replace(
        PROOF.checks[0].params,
        levels=(levels[0], replace(levels[1], description="Complete, but long."), levels[2]),
    )
    other = replace(PROOF, checks=(replace(PROOF.checks[0], params=params),))
    with pytest.raises(UsageError, match=r"^Several levels of proof begin with 'compl'\. Its"):
        make_mark(other, "compl")


def test_a_comment_and_a_name_are_cleaned() -> None:
    found = make_mark(PROOF, "1", " a\n\x1b[2J ", " K\u202eim ")
    assert (found.comment, found.by) == ("a\n\\x1b[2J", "K\\u202eim")


def test_marks_of_another_version_are_refused_with_their_day() -> None:
    given = marks(make_mark(PROOF, "1", at=AT), digest="sha256:" + "c" * 64)
    with pytest.raises(UsageError) as caught:
        with_marks(report_of(), course(), given)
    assert str(caught.value) == (
        "The marks of alice are of another version of the hand-in: it has changed since it was "
        "marked on 2026-11-20 (then sha256:cccccccccccc…, now sha256:0a…). Read it again, and mark "
        "what differs; `grader mark REPORT --accept-changed` keeps the marks that it has."
    )
    kept = with_marks(report_of(), course(), given, accept_changed=True)
    assert kept.score.awarded == 10


def test_marks_of_another_assignment_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        with_marks(report_of(), course(), replace(marks(), assignment="hw2"))
    assert str(caught.value) == (
        "The marks of alice are of the assignment 'hw2', and the report is of 'hw1'. Give the "
        "report of the hand-in that was marked."
    )


def test_a_mark_for_what_is_no_criterion_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        with_marks(report_of(), course(), marks(Mark("elu", "", Decimal(1))))
    assert str(caught.value) == (
        "The marks of alice have one for 'elu', which is no criterion of the rubric. Those "
        "are: relu, proof, essay."
    )


def test_refused_marks_leave_the_points_and_ask_for_a_person() -> None:
    report = refused(marked(("proof", "1")), "They are old.")
    assert report.score.needs_review
    assert report.score.awarded == 10
    assert report.handin.notes == ("A note.", f"{NOTE}none. They are old.")
