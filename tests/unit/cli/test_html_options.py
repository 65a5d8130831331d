"""`check --html FILE` and `grade --html`: a page beside the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import grader.report.excerpts
from grader.records import Outcome
from grader.report.html_page import html_page
from grader.report.storage import read_report

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        grader.report.excerpts,
        "sources_of",
        lambda handin: {"m.py": f"def affine(): '{handin.id}'"},
    )


def test_check_writes_a_page_with_the_code_beside_it(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    stages.outcome = Outcome.FAILED
    file = tmp_path / "page.html"
    result = grader("check", "work", "--html", file)
    assert result.exit_code == 1
    assert result.stdout == grader("check", "work").stdout
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "def affine(): &#39;work&#39;" in page
    # The title of what is hidden stays untold on a page for students.
    assert ">Affine<" in page
    assert ">Net<" not in page


def test_check_writes_both_files_and_prints_json_beside_a_page(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    result = grader("check", "--json", "-", "--html", tmp_path / "page.html")
    assert result.stdout.startswith("{")
    assert (tmp_path / "page.html").exists()
    grader("check", "--json", tmp_path / "r.json", "--html", tmp_path / "other.html")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["other.html", "page.html", "r.json"]


def test_a_page_that_cannot_be_written_is_told(grader: Run, stages: Any, tmp_path: Path) -> None:
    result = grader("check", "--html", tmp_path / "missing" / "page.html")
    assert result.exit_code == 2
    assert "page.html" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_grade_writes_a_page_beside_each_report(grader: Run, stages: Any, tmp_path: Path) -> None:
    stages.outcomes = {"bob": Outcome.FAILED}
    result = grader("grade", "alice", "bob", "--assignment", "hw1", "--out", tmp_path, "--html")
    assert result.exit_code == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "alice.html",
        "alice.json",
        "bob.html",
        "bob.json",
    ]
    page = (tmp_path / "bob.html").read_text(encoding="utf-8")
    report = read_report(tmp_path / "bob.json")
    assert page == html_page(report, {"m.py": "def affine(): 'bob'"})
    assert ">Net<" in page  # for staff, hidden checks included


def test_without_the_option_there_are_no_pages(grader: Run, stages: Any, tmp_path: Path) -> None:
    grader("grade", "alice", "--assignment", "hw1", "--out", tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["alice.json"]
