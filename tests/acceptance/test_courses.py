"""Every course's rubric is tested by its hand-ins: the base, the wrong ones, the correct ones.

What a case is, `handins.py` says. The reference hand-ins and the templates have tests of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.records import Outcome
from grader.report import Report
from grader.staging import start_service
from grader.worker.service import WorkerService
from tests.acceptance.handins import (
    COURSES,
    Course,
    advised,
    assert_costs,
    expected,
    full,
    lost,
)
from tests.acceptance.test_correct_handins import pack


def of_kind(kind: str) -> list[pytest.param]:
    """Lists the cases of all courses, course by course."""
    return [
        pytest.param(course, case, id=f"{course}-{case.name}")
        for course in COURSES
        for case in course.cases(kind)
    ]


@dataclass
class Services:
    """Keeps the worker service of one course running, until another course is asked for."""

    course: Course | None = None
    service: WorkerService | None = None

    def of(self, course: Course) -> WorkerService:
        """Gives the service of a course; skips the test where its library is not installed."""
        if course.missing():
            pytest.skip(f"needs {', '.join(course.missing())}")
        if self.service is None or course != self.course:
            self.close()
            self.course, self.service = course, start_service(course.rubric())
        return self.service

    def close(self) -> None:
        """Ends the service that is running."""
        if self.service is not None:
            self.service.close()
        self.service = None


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    kept = Services()
    yield kept
    kept.close()


def left_open(report: Report, only: tuple[str, ...]) -> set[str]:
    """Names the criteria that were asked and still may get more points, from a person."""
    asked = [one for one in report.criteria if not only or one.id in only]
    return {one.id for one in asked if one.lower != one.upper}


@pytest.mark.parametrize("course", COURSES, ids=str)
def test_the_hand_in_that_all_cases_vary_gets_every_point_and_no_advice(
    course: Course, services: Services
) -> None:
    report = course.grade(course.base, service=services.of(course))
    assert lost(report) == {}
    assert report.score.possible == course.rubric().possible
    assert report.score.awarded == full(course.rubric())
    assert not any(advised(report).values())
    assert not report.score.needs_review


@pytest.mark.parametrize(("course", "case"), of_kind("wrong"))
def test_a_mistake_costs_exactly_its_points(
    course: Course, case: Path, services: Services, tmp_path: Path
) -> None:
    wanted = expected(case)
    only = course.affected(case) if course.is_plain(case) else ()
    path = course.compose(case, tmp_path / "handin")
    path = pack(path) if wanted.zip else path
    report = course.grade(path, only=only, service=services.of(course))
    assert_costs(report, wanted)
    assert left_open(report, only) == set(wanted.open)


@pytest.mark.parametrize(
    ("course", "case"),
    [
        pytest.param(course, case, id=f"{course}-{case.name}")
        for course in COURSES
        for kind in ("wrong", "correct")
        for case in course.sheets(kind)
    ],
)
def test_an_answer_sheet_loses_exactly_its_points(
    course: Course, case: Path, services: Services, tmp_path: Path
) -> None:
    wanted = expected(case)
    path = course.compose(case, tmp_path / "handin")
    report = course.grade(path, rules=course.sheet_rubric(), service=services.of(course))
    assert_costs(report, wanted)
    assert left_open(report, ()) == set(wanted.open)


@pytest.mark.parametrize("course", COURSES, ids=str)
def test_every_question_of_the_sheet_is_missed_in_one_of_the_cases(course: Course) -> None:
    hit = {criterion for case in course.sheets("wrong") for criterion in expected(case).lost}
    if course.assignment == "ntnu_tdt4265_a3":  # the others' sheets are read from notebooks
        assert hit == {one.id for one in course.sheet_rubric().criteria if one.points}
    else:
        assert hit == set()


@pytest.mark.parametrize("course", COURSES, ids=str)
def test_every_criterion_with_points_loses_some_in_one_of_the_cases(course: Course) -> None:
    hit = {criterion for case in course.cases("wrong") for criterion in expected(case).lost}
    assert hit == {one.id for one in course.rubric().criteria if one.points}


@pytest.mark.parametrize("course", COURSES, ids=str)
def test_there_are_enough_cases_to_trust_the_rubric(course: Course) -> None:
    assert len(course.cases("wrong")) >= 40
    assert len(course.cases("correct")) >= 12


@pytest.mark.parametrize(("course", "case"), of_kind("correct"))
def test_a_correct_handin_loses_nothing(
    course: Course, case: Path, services: Services, tmp_path: Path
) -> None:
    wanted = expected(case)
    path = course.compose(case, tmp_path / "handin")
    path = pack(path) if wanted.zip else path
    report = course.grade(path, service=services.of(course))
    assert_costs(report, wanted)
    assert wanted.lost == {}
    assert left_open(report, ()) == set(wanted.open)
    for criterion in report.criteria:
        if criterion.points and criterion.id not in wanted.open:
            assert {check.outcome for check in criterion.checks} == {Outcome.PASSED}
    for words in wanted.notes:
        assert words in "\n".join(report.handin.notes)
