from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.assignments import rubrics_dir
from grader.checks import CHECK_KINDS
from grader.course import RecordedCourse, find_course
from grader.errors import UsageError
from grader.feedback import end_of_run
from grader.feedback.book import FILE, Book, book_text, book_value, read_book
from grader.feedback.recorder import record_book
from grader.feedback.variants import Variants, variants_of
from grader.recording import Recording, read_recording, write_recording
from grader.rubric import load_rubric
from grader.variants.catalogue import read_catalogue
from tests.unit.feedback.compared import failed, numbers, one
from tests.unit.feedback.test_explaining import book, criterion, rubric

UMASS = "umass_ece697ls_a1"


def test_a_fault_of_the_diagnosis_leaves_the_results_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*parts: Any) -> Any:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(end_of_run, "explained", broken)
    plan: Any = SimpleNamespace(
        mode="check", rubric=rubric(criterion("relu")), handin=SimpleNamespace(digest=""), checks=()
    )
    results = [failed(one(numbers(3, 3), np.ones((3, 3))))]
    unused: Any = None
    assert end_of_run.explained_run(plan, unused, results, unused, ()) == (
        results,
        (
            "What failed is not explained, because the grader itself failed in that (RuntimeError: "
            "a mistake of ours). Points are not touched by it.",
        ),
    )


def test_a_students_copy_has_its_book_in_the_recording(tmp_path: Path) -> None:
    known = book("relu")
    file = tmp_path / "recording.npz"
    file.write_bytes(write_recording(Recording("course", "0.1.0", mistakes=book_value(known))))
    course = RecordedCourse(read_recording(file))
    found = end_of_run.book_of(rubric(criterion("relu")), course)
    assert book_value(found) == book_value(known)
    without = RecordedCourse(Recording("course", "0.1.0"))
    assert end_of_run.book_of(rubric(criterion("relu")), without) == Book()


def test_a_students_copy_cannot_be_asked_for_its_mistakes(tmp_path: Path) -> None:
    source = rubrics_dir() / UMASS / "rubric.yaml"
    (tmp_path / "rubric.yaml").write_bytes(source.read_bytes())
    (tmp_path / "recording.npz").write_bytes(write_recording(Recording(UMASS, "0.1.0")))
    rules = load_rubric(tmp_path / "rubric.yaml", CHECK_KINDS)
    assert isinstance(find_course(rules), RecordedCourse)
    with pytest.raises(UsageError, match="is a student's copy, whose mistakes are recorded alrea"):
        record_book(rules, (), Book())


def test_a_book_is_not_made_where_a_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    path = rubrics_dir() / "umass_ece697ls_a1_torch" / "rubric.yaml"
    rules = load_rubric(path, CHECK_KINDS)
    monkeypatch.setattr("grader.feedback.variants.is_installed", lambda library: library != "torch")
    with pytest.raises(UsageError, match="ask for torch, which this machine does not have"):
        record_book(rules, (), Book())


@pytest.fixture(scope="module")
def variants() -> Variants:
    rules = load_rubric(rubrics_dir() / UMASS / "rubric.yaml", CHECK_KINDS)
    return variants_of(rules, read_catalogue(families=("activations", "normalization")))


def test_a_mistake_is_asked_where_its_edit_is_reached(variants: Variants) -> None:
    asked = variants.criteria_of("relu_mask_from_upstream")
    assert "relu_backward" in asked
    assert "affine_forward" not in asked
    assert "batchnorm_ignores_eps" in variants.reached["batchnorm_forward"]
    assert "layernorm_ignores_eps" not in variants.reached["batchnorm_forward"]


def test_only_visible_checks_that_tell_faults_apart_are_asked(variants: Variants) -> None:
    specs = [spec for one in variants.rubric.criteria for spec in one.checks]
    assert {spec.kind for spec in specs} == {"output", "gradient", "structure", "statistics"}
    assert {spec.visibility.value for spec in specs} == {"visible"}


def test_a_book_made_anew_is_the_one_that_lies_beside_the_rubric() -> None:
    rules = load_rubric(rubrics_dir() / UMASS / "rubric.yaml", CHECK_KINDS)
    catalogue = [
        each for each in read_catalogue(families=("activations",)) if each.name == "relu_leaks"
    ]
    rules = replace(
        rules, criteria=tuple(each for each in rules.criteria if each.id == "relu_forward")
    )
    told: list[str] = []
    made = record_book(rules, catalogue, Book(), lambda name, done, of: told.append(name))
    assert told == ["relu_leaks"]
    assert list(made.mistakes) == ["relu_leaks"]
    shipped = read_book(rubrics_dir() / UMASS / FILE).pages["relu_forward/output"]
    page = made.pages["relu_forward/output"]
    assert page.right.keys() == shipped.right.keys()
    assert page.given["relu_leaks"].keys() == shipped.given["relu_leaks"].keys()
    told.clear()
    again = record_book(rules, catalogue, made, lambda name, done, of: told.append(name))
    assert told == []
    assert book_text(again) == book_text(made)
