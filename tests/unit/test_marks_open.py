"""What checks left open can be marked, what they judged stays, and a mark can be taken away."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grader.errors import UsageError
from grader.marks import NOTE, make_mark, marks_in, with_marks
from grader.marks_given import Mark, Marks
from grader.marks_open import OpenCriterion, find_open, open_to_mark
from grader.marks_table import open_table, read_table
from grader.records import CheckResult, CheckSpec, Criterion, Outcome, Rubric, Trust
from grader.report import Report, build_report
from grader.scoring import score
from tests.unit.marked_course import DIGEST, course, report_of

AT = "2026-11-20T10:00:00+00:00"
PERSON = "Not judged: the hand-in has no answer sheet, so a person marks this from the report."
OPEN, UNJUDGED = Outcome.NOT_RUN_HERE, Outcome.UNJUDGED

# A criterion of two checks, of which the second has three quarters of the points.
SPECS = (
    CheckSpec("conv/shape", "answer", None),
    CheckSpec("conv/values", "answer", None, weight=Decimal(3)),
)
CONV = Criterion("conv", "Convolution", "task1", Decimal(4), SPECS)


def rubric() -> Rubric:
    """The course's layer, and the convolution; nobody marks anything in any case."""
    (layer, *_) = course().criteria
    return replace(course(), criteria=(layer, CONV), maximum=None)


def graded(
    shape: Outcome = Outcome.PASSED,
    values: Outcome = OPEN,
    layer: Outcome = Outcome.PASSED,
    message: str = PERSON,
    **more: Any,
) -> Report:
    """A report in which checks have these outcomes; open ones say the message."""
    results = []
    outcomes = {"relu/output": layer, "conv/shape": shape, "conv/values": values}
    for spec, outcome in outcomes.items():
        kind = "output" if spec.startswith("relu") else "answer"
        open_now = outcome in (OPEN, UNJUDGED)
        results.append(
            CheckResult(
                id=spec,
                kind=kind,
                outcome=outcome,
                credit=1.0 if outcome is Outcome.PASSED else 0.0,
                message=message if open_now else "",
                hint="A hint." if open_now else "",
                evidence={"answer": "a lot", "tried": [1, {"b": 2, "a": None}]},
                advice=("Advice.",),
                wall_s=0.5,
            )
        )
    given: dict[str, Any] = {
        "rubric": rubric(),
        "handin_id": "alice",
        "handin_digest": DIGEST,
        "handin_kind": "folder",
        "scorecard": score(rubric(), results),
        "trust": Trust("B", True),
        "environment": {},
        "notes": ("A note.",),
        "started": "2026-01-01T00:00:00Z",
        "wall_s": 1.0,
        "mode": "grade",
    }
    return build_report(**{**given, **more})


def marks(*given: Mark) -> Marks:
    return Marks("hw1", "alice", DIGEST, given)


def conv(answer: str, comment: str = "Well.") -> Mark:
    return make_mark(CONV, answer, comment, "Kim", AT)


def marked(report: Report, *given: Mark) -> Report:
    return with_marks(report, rubric(), marks(*given))


def found(report: Report) -> Mapping[str, OpenCriterion]:
    return {one.criterion.id: one for one in open_to_mark(report, rubric())}


def test_a_mark_answers_the_open_check_and_leaves_what_was_judged() -> None:
    before = graded()
    after = marked(before, conv("half"))
    first, second = after.criteria[1].checks
    assert first == before.criteria[1].checks[0]
    assert (second.outcome, second.credit) == (Outcome.PARTIAL, 0.5)
    assert (second.message, second.hint, second.advice) == (
        "A person gave half of the credit.",
        "",
        ("Well.",),
    )
    assert {key: second.evidence[key] for key in ("by", "at", "credit")} == {
        "by": "Kim",
        "at": AT,
        "credit": 0.5,
    }
    assert after.criteria[1].awarded == after.criteria[1].upper == Decimal("2.5")
    assert after.handin.notes[-1] == f"{NOTE}1 of 1 criteria, by Kim."


def test_a_judged_check_that_lost_its_points_keeps_losing_them() -> None:
    after = marked(graded(shape=Outcome.FAILED), conv("full"))
    assert (after.criteria[1].awarded, after.criteria[1].outcome) == (3, Outcome.PARTIAL)


@pytest.mark.parametrize(
    ("answer", "credit", "said"),
    [
        ("full", 1.0, "A person gave full credit."),
        ("1", 1.0, "A person gave full credit."),
        ("2", 0.5, "A person gave half of the credit."),
        ("none", 0.0, "A person gave no credit."),
        ("0.75", 0.75, "A person gave 0.75 of the credit."),
    ],
)
def test_without_levels_there_are_full_half_and_none(answer: str, credit: float, said: str) -> None:
    check = marked(graded(), conv(answer)).criteria[1].checks[1]
    assert (check.credit, check.message) == (credit, said)


def test_another_answer_is_refused_with_these_levels() -> None:
    with pytest.raises(UsageError, match=r"No level of conv begins .* 1 full; 2 half; 3 none\."):
        conv("good")
    with pytest.raises(UsageError) as caught:
        conv("1.5")
    assert str(caught.value) == (
        "1.5 is no credit of conv: credit is a share of the points, from 0 to 1. Divide the points "
        "that you would give by those that are open."
    )


@pytest.mark.parametrize("outcome", [OPEN, UNJUDGED])
def test_a_mark_that_is_gone_leaves_every_word_of_before(outcome: Outcome) -> None:
    before = graded(shape=outcome, values=outcome)
    assert marked(marked(before, conv("half")), *()) == before


def test_marks_are_put_in_once_however_often_and_found_in_the_report() -> None:
    once = marked(graded(shape=OPEN), conv("2"))
    assert marks_in(once, rubric()) == marks(conv("half"))
    assert marked(once, conv("2")) == once
    assert marks_in(marked(graded(), conv("0.3")), rubric()) == marks(conv("0.3"))
    assert marks_in(graded(), rubric()) == marks()


def test_a_comment_stands_once_though_two_checks_are_open() -> None:
    checks = marked(graded(shape=OPEN), conv("1")).criteria[1].checks
    assert [check.advice for check in checks] == [("Well.",), ()]


def test_another_mark_takes_the_place_of_an_earlier_one() -> None:
    before = graded(shape=OPEN)
    assert marked(marked(before, conv("1")), conv("3")) == marked(before, conv("3"))


def test_what_a_person_marked_needs_no_review_any_more() -> None:
    before = graded(values=UNJUDGED, message="The grader itself failed.")
    after = marked(before, conv("1"))
    assert (before.score.needs_review, after.score.needs_review) == (True, False)
    assert after.score.awarded == after.score.upper == 10


def test_what_nobody_marked_still_needs_review() -> None:
    before = graded(values=UNJUDGED, layer=UNJUDGED)
    assert marked(before, conv("1")).score.needs_review


@pytest.mark.parametrize(
    ("message", "outcome", "waits"),
    [
        (PERSON, OPEN, True),
        ("The trainings differ.", UNJUDGED, True),
        ("Not trained: this machine has no GPU.", OPEN, False),
        ("", OPEN, False),
    ],
)
def test_what_only_lacked_a_machine_is_open_but_not_asked_for(
    message: str, outcome: Outcome, waits: bool
) -> None:
    report = graded(values=outcome, message=message)
    assert found(report)["conv"].waits is waits
    table, rows = open_table([report], rubric())
    assert rows == waits
    assert (Decimal("3") in [Decimal(row["points"]) for row in _rows(table)]) is waits


def _rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


def test_a_table_has_the_levels_and_the_points_that_are_open() -> None:
    table, _ = open_table([graded()], rubric())
    (row,) = _rows(table)
    assert (row["criterion"], row["points"]) == ("conv", "3")
    assert row["levels"] == "1: full | 0.5: half | 0: none"
    assert open_table([marked(graded(), conv("1"))], rubric())[1] == 0


def test_a_table_gives_marks_for_what_is_open_and_for_nothing_else() -> None:
    head = "handin,criterion,credit\n"
    (row,) = read_table(f"{head}alice,conv,0.5\n", [graded()], rubric(), "Kim", AT)
    assert row.mark == conv("half", "")
    with pytest.raises(UsageError) as caught:
        read_table(f"{head}alice,relu,0.5\n", [graded()], rubric(), "Kim", AT)
    assert str(caught.value).splitlines()[1] == (
        "line 2: relu cannot be marked: none of its checks is open, and what they judged stays. "
        "Mark criteria that are open. Those are: conv."
    )


def test_an_open_criterion_is_found_by_its_id() -> None:
    known = open_to_mark(graded(), rubric())
    assert find_open(known, rubric(), "conv").points == 3
    with pytest.raises(UsageError, match=r"^'con' is no criterion that people mark\. Did you mean"):
        find_open(known, rubric(), "con")
    with pytest.raises(UsageError, match=r"Those are: none\.$"):
        find_open((), rubric(), "relu")


def test_the_question_is_what_the_open_checks_say() -> None:
    assert found(graded())["conv"].asks == (
        f"{PERSON} 1 of 2 checks judged their part, which stays."
    )
    assert found(graded(shape=OPEN))["conv"].asks == PERSON
    assert found(graded(shape=OPEN, message=""))["conv"].asks == "This was not judged."


def test_a_mark_for_what_was_judged_since_is_left_out_with_a_note() -> None:
    after = marked(graded(values=Outcome.PASSED), conv("none"))
    assert after.score.awarded == 10
    assert after.handin.notes[-1] == (
        f"{NOTE}0 of 0 criteria. The mark for conv was left out: no check there is open to a mark."
    )
    both = (conv("1"), Mark("relu", "full", Decimal(1)))
    after = marked(graded(values=Outcome.FAILED), *both)
    assert after.handin.notes[-1].endswith(
        "The marks for conv, relu were left out: no check there is open to a mark."
    )


@pytest.mark.parametrize("more", [{"mode": "check"}, {"finished": False}])
def test_what_will_be_judged_yet_is_not_open(more: Mapping[str, Any]) -> None:
    assert open_to_mark(graded(**more), rubric()) == ()
    assert [one.criterion.id for one in open_to_mark(report_of(mode="check"), course())] == [
        "proof",
        "essay",
    ]


def test_evidence_of_another_form_is_no_mark() -> None:
    report = graded(values=Outcome.FAILED)
    criterion = report.criteria[1]
    first, second = criterion.checks
    for evidence in ({"before": {}}, {"before": 1, "by": "", "at": "", "credit": 1}):
        edited = replace(criterion, checks=(first, replace(second, evidence=evidence)))
        changed = replace(report, criteria=(report.criteria[0], edited))
        assert open_to_mark(changed, rubric()) == ()


def test_a_mark_that_was_edited_is_open_with_what_is_left() -> None:
    report = marked(graded(), conv("1"))
    criterion = report.criteria[1]
    first, second = criterion.checks
    edited = replace(second, evidence={**second.evidence, "before": {"evidence": 1, "advice": 2}})
    report = replace(
        report, criteria=(report.criteria[0], replace(criterion, checks=(first, edited)))
    )
    (one,) = open_to_mark(report, rubric())
    (check,) = one.before
    assert (check.outcome, check.message, check.advice, check.evidence) == (OPEN, "", (), {})
