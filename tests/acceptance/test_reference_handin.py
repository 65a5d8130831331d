"""The reference gets every point, the untouched template none, and two runs report the same."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.handins import ROOT, grade, one_service, rubric
from tests.acceptance.test_correct_handins import pack

ASSIGNMENT = "umass_ece697ls_a1"
REFERENCE = ROOT / "reference" / "handins" / ASSIGNMENT
TEMPLATE = ROOT / "student_template" / ASSIGNMENT
MEASURED = frozenset({"started", "wall_s", "cpu_s"})  # what may differ between two runs


@pytest.fixture(scope="module", autouse=True)
def _service() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, one_service(patch):
        yield


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(REFERENCE, tmp_path_factory.mktemp("handins") / "reference")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(TEMPLATE, tmp_path_factory.mktemp("handins") / "template")


@pytest.fixture(scope="module")
def of_reference(reference: Path) -> str:
    return graded(reference)


@pytest.fixture(scope="module")
def of_template(template: Path) -> str:
    return graded(template)


def copied(source: Path, folder: Path) -> Path:
    """Copies a hand-in without what running its tests leaves behind."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def graded(path: Path) -> str:
    """Grades a hand-in; returns the report's JSON without what is measured anew in every run."""
    return json.dumps(repeatable(json.loads(grade(path).to_json())), indent=2)


def repeatable(value: Any) -> Any:
    """Leaves the measured keys out of a JSON value, at any depth."""
    if isinstance(value, dict):
        return {key: repeatable(item) for key, item in value.items() if key not in MEASURED}
    return [repeatable(item) for item in value] if isinstance(value, list) else value


def checks(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for criterion in report["criteria"]:
        yield from criterion["checks"]


def test_the_reference_gets_every_point(of_reference: str) -> None:
    report = json.loads(of_reference)
    assert report["score"]["awarded"] == report["score"]["possible"] == 100
    assert not report["score"]["needs_review"]
    assert {check["outcome"] for check in checks(report)} == {"passed"}


def test_a_zip_is_graded_like_the_folder_it_was_made_of(reference: Path, of_reference: str) -> None:
    in_folder, in_zip = json.loads(of_reference), json.loads(graded(pack(reference)))
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


def test_every_gap_of_the_template_is_named(of_template: str) -> None:
    report = json.loads(of_template)
    pointed = {one.id for one in rubric().criteria if one.points}
    for criterion in report["criteria"]:
        for check in criterion["checks"]:
            assert check["outcome"] != "unjudged", check["message"]
            said = " ".join((check["message"], check["hint"], *check["advice"]))
            assert "Traceback" not in said
            if criterion["id"] in pointed and check["outcome"] != "passed":
                assert check["message"]


def test_two_runs_write_the_same_report(
    reference: Path, template: Path, of_reference: str, of_template: str
) -> None:
    assert graded(reference) == of_reference
    assert graded(template) == of_template
