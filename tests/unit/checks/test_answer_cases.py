"""Answer sheets that NTNU's rubric is tested by, each with the points that it loses."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks import CHECK_KINDS
from grader.checks.question import Question
from grader.handin import HandIn
from grader.handin.answers import read_answers
from grader.records import Outcome
from grader.rubric import load_rubric
from grader.scoring import score

ROOT = Path(__file__).parents[3]
NTNU = ROOT / "tests" / "handins" / "ntnu_tdt4265_a3"
CASES = sorted(NTNU.glob("*/answers_*/expected.json"))
SHEETS = ("answers.yaml", "answers.yml")


@pytest.fixture(scope="module")
def theory():
    """The rubric's criteria that are judged by the answer sheet."""
    rubric = load_rubric(ROOT / "rubrics" / "ntnu_tdt4265_a3" / "rubric.yaml", CHECK_KINDS)
    kept = [one for one in rubric.criteria if one.checks[0].kind == "answer"]
    return replace(rubric, criteria=tuple(kept))


def judged(rubric, answers):
    """Scores a sheet by the answer checks alone; no other check and no worker takes part."""
    handin = HandIn("it", "folder", "sha256:0", ".", "it", {}, (), (), answers=answers)
    results = [
        CHECK_KINDS[spec.kind].run(
            Question(spec, criterion.subject, 0, student=None, reference=None, handin=handin)
        )
        for criterion in rubric.criteria
        for spec in criterion.checks
    ]
    return score(rubric, results)


def sheet_of(folder):
    found = [folder / name for name in SHEETS if (folder / name).is_file()]
    return read_answers(found[0].read_text("utf-8")) if found else {}


def lost(card):
    return {
        one.criterion.id: float(one.criterion.points - one.upper)
        for one in card.criteria
        if one.upper != one.criterion.points
    }


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_a_sheet_loses_exactly_its_points_and_is_told_why(theory, case):
    wanted = json.loads(case.read_text("utf-8"))
    card = judged(theory, sheet_of(case.parent))
    assert lost(card) == wanted["lost"], wanted["because"]
    assert {one.criterion.id for one in card.criteria if one.lower != one.upper} == set(
        wanted.get("open", ())
    )
    told = {
        one.criterion.id: f"{one.checks[0].message} {one.checks[0].hint}" for one in card.criteria
    }
    for criterion, words in wanted.get("says", {}).items():
        assert words in told[criterion]
    assert not card.needs_review


def test_there_are_enough_sheets_to_trust_the_rubric():
    kinds = [case.parts[-3] for case in CASES]
    assert kinds.count("wrong") >= 35
    assert kinds.count("correct") >= 20


def test_the_reference_sheet_gets_every_point(theory):
    home = ROOT / "reference" / "handins" / "ntnu_tdt4265_a3" / "assignment3"
    card = judged(theory, sheet_of(home))
    assert {one.outcome for one in card.criteria} == {Outcome.PASSED}
    assert card.awarded == card.possible == 1


def test_the_sheet_that_students_receive_gets_nothing(theory):
    card = judged(theory, sheet_of(ROOT / "student_template" / "ntnu_tdt4265_a3" / "assignment3"))
    assert card.upper == 0
    assert {one.outcome for one in card.criteria} == {Outcome.FAILED}


def test_every_sheet_that_loses_nothing_is_told_so_by_the_public_check(theory):
    for case in CASES:
        wanted = json.loads(case.read_text("utf-8"))
        if case.parts[-3] == "correct" and not wanted.get("open"):
            first = judged(theory, sheet_of(case.parent)).criteria[0]
            assert {check.outcome for check in first.checks} == {Outcome.PASSED}, case.parent.name
