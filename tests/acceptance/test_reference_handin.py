"""Every reference gets all points, every untouched template none, and two runs report the same."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.marks import make_mark, manual_criteria, marks_in, with_marks
from grader.staging import start_service
from grader.worker.service import WorkerService
from tests.acceptance.handins import COURSES, UMASS, Course, full
from tests.acceptance.test_correct_handins import pack

MEASURED = frozenset({"started", "wall_s", "cpu_s"})  # what may differ between two runs


@pytest.fixture(scope="module", params=(UMASS, *COURSES), ids=str)
def course(request: pytest.FixtureRequest) -> Course:
    chosen: Course = request.param
    if chosen.missing():
        pytest.skip(f"needs {', '.join(chosen.missing())}")
    return chosen


@pytest.fixture(scope="module")
def service(course: Course) -> Iterator[WorkerService]:
    with start_service(course.rubric()) as running:
        yield running


@pytest.fixture(scope="module")
def reference(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(course.reference, tmp_path_factory.mktemp("handins") / "reference")


@pytest.fixture(scope="module")
def template(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(course.template, tmp_path_factory.mktemp("handins") / "template")


@pytest.fixture(scope="module")
def of_reference(course: Course, reference: Path, service: WorkerService) -> str:
    return graded(course, reference, service)


@pytest.fixture(scope="module")
def of_template(course: Course, template: Path, service: WorkerService) -> str:
    return graded(course, template, service)


def copied(source: Path, folder: Path) -> Path:
    """Copies a hand-in without what running its tests leaves behind."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def graded(course: Course, path: Path, service: WorkerService) -> str:
    """Grades a hand-in; returns the report's JSON without what is measured anew in every run."""
    report = json.loads(course.grade(path, service=service).to_json())
    return json.dumps(repeatable(report), indent=2)


def repeatable(value: Any) -> Any:
    """Leaves the measured keys out of a JSON value, at any depth."""
    if isinstance(value, dict):
        return {key: repeatable(item) for key, item in value.items() if key not in MEASURED}
    return [repeatable(item) for item in value] if isinstance(value, list) else value


def checks(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for criterion in report["criteria"]:
        yield from criterion["checks"]


def test_the_reference_gets_every_point(course: Course, of_reference: str) -> None:
    report = json.loads(of_reference)
    assert report["score"]["possible"] == float(course.rubric().possible) > 0
    assert report["score"]["awarded"] == float(full(course.rubric()))
    assert not report["score"]["needs_review"]
    assert {check["outcome"] for check in checks(report)} == {"passed"}


def test_with_the_best_marks_it_gets_every_point_of_the_text(
    course: Course, reference: Path, service: WorkerService
) -> None:
    rules = course.untrained_rubric()
    report = course.grade(reference, rules=rules, service=service)
    marks = marks_in(report, rules)
    for criterion, _ in manual_criteria(rules):
        marks = marks.with_mark(make_mark(criterion, "1"))
    marked = with_marks(report, rules, marks)
    assert [one.id for one in marked.criteria if one.awarded != one.points] == []
    assert marked.score.awarded == marked.score.upper == full(rules)
    points_of_the_text = {"ntnu_tdt4265_a3": 4}.get(course.assignment, 100)
    assert course.whole_rubric().possible == points_of_the_text


def test_a_zip_is_graded_like_the_folder_it_was_made_of(
    course: Course, reference: Path, of_reference: str, service: WorkerService
) -> None:
    in_folder, in_zip = (
        json.loads(of_reference),
        json.loads(graded(course, pack(reference), service)),
    )
    kinds = [report["handin"].pop("kind") for report in (in_folder, in_zip)]
    for report in (in_folder, in_zip):
        report["handin"].pop("id")
    assert kinds == ["folder", "zip"]
    assert in_folder == in_zip


def test_the_untouched_template_gets_nothing(of_template: str) -> None:
    report = json.loads(of_template)
    earned = {one["id"]: one["awarded"] for one in report["criteria"] if one["awarded"]}
    assert earned == {}
    assert report["score"]["awarded"] == 0
    assert not report["score"]["needs_review"]


def test_every_gap_of_the_template_is_named(course: Course, of_template: str) -> None:
    report = json.loads(of_template)
    pointed = {one.id for one in course.rubric().criteria if one.points}
    for criterion in report["criteria"]:
        for check in criterion["checks"]:
            assert check["outcome"] != "unjudged", check["message"]
            said = " ".join((check["message"], check["hint"], *check["advice"]))
            assert "Traceback" not in said
            if criterion["id"] in pointed and check["outcome"] != "passed":
                assert check["message"]


def test_two_runs_write_the_same_report(
    course: Course,
    reference: Path,
    template: Path,
    of_reference: str,
    of_template: str,
    service: WorkerService,
) -> None:
    assert graded(course, reference, service) == of_reference
    assert graded(course, template, service) == of_template
