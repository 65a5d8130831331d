"""The page for people of hand-ins that were really graded: lines, pictures, and the same again."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignments import expected_files
from grader.checks.difference_map import MAPS
from grader.handin import read_handin
from grader.report import Report
from grader.report.audience import for_students
from grader.report.excerpts import sources_of
from grader.report.html_page import html_page
from tests.acceptance.handins import BASE, HANDINS, affected, compose, grade, rubric

CASE = HANDINS / "wrong" / "batchnorm_backward_no_mean_path"


def evidence(report: Report) -> list[object]:
    return [dict(check.evidence) for one in report.criteria for check in one.checks]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compose(CASE, tmp_path_factory.mktemp("case") / "handin")


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    return grade(folder, only=affected(CASE))


def test_a_wrong_gradient_has_its_picture_and_its_code(report: Report, folder: Path) -> None:
    handin = read_handin(folder, roots=rubric().handin.roots, expects=expected_files(rubric()))
    page = html_page(report, sources_of(handin))
    assert "Where dx differs." in page
    assert 'class="cell s' in page
    assert "Your code: layers.py, line " in page
    assert '<span class="text">def batchnorm_backward(dout, cache):</span>' in page


def test_the_measurements_are_the_same_in_another_run(report: Report, folder: Path) -> None:
    again = grade(folder, only=affected(CASE))
    assert evidence(again) == evidence(report)
    assert any(MAPS in str(found) for found in evidence(report))


def test_students_see_no_picture_of_a_hidden_check(report: Report) -> None:
    hidden = [
        check.evidence
        for one in for_students(report).criteria
        for check in one.checks
        if check.visibility != "visible"
    ]
    assert hidden
    assert not any(hidden)


def test_a_right_hand_in_has_no_picture_at_all() -> None:
    right = grade(BASE, only=affected(CASE))
    assert MAPS not in str(evidence(right))
    assert "Where " not in html_page(right)
