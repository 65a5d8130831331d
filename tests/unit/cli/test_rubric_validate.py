"""`grader rubric validate` tells what is odd; what is shown of a rubric keeps to 80 columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from grader.assignments import assignment_ids, rubrics_dir
from tests.unit.preview.course import TEXT, rubric_of

Run = Callable[..., Result]


@pytest.mark.parametrize("assignment", assignment_ids())
def test_our_own_rubrics_have_no_warnings(grader: Run, assignment: str) -> None:
    result = grader("rubric", "validate", rubrics_dir() / assignment / "rubric.yaml", "--strict")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "warning" not in result.stdout


def test_warnings_cost_nothing_unless_asked(grader: Run, tmp_path: Path) -> None:
    rubric_of(tmp_path, ("points: 6", "points: 6.5"))
    path = tmp_path / "rubric.yaml"
    result = grader("rubric", "validate", path)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"✓ {path}: 10.5 points")
    assert result.stdout.endswith(" · 1 warning\n")
    assert result.stderr == (
        f"{path}:8  criteria: The points add up to 10.5, which is no whole number. Who reads a "
        "grade expects a round total. Change the points, or say by `maximum` what counts. "
        "[points_total]\n"
    )
    strict = grader("rubric", "validate", path, "--strict")
    assert strict.exit_code == 2
    assert strict.stdout.startswith(f"✗ {path}: 10.5 points")


def test_names_are_looked_for_in_a_template_beside_the_rubric(grader: Run, tmp_path: Path) -> None:
    rubric_of(tmp_path)
    package = tmp_path / "template" / "hw"
    package.mkdir(parents=True)
    (package / "m.py").write_text("def affine_forward(x): ...\ndef net(x): ...\n", "utf-8")
    result = grader("rubric", "validate", tmp_path / "rubric.yaml")
    assert result.stderr == ""
    (package / "m.py").write_text("def affine_forward(x): ...\n", "utf-8")
    result = grader("rubric", "validate", tmp_path / "rubric.yaml")
    assert "criteria[1].subject: The template has no m.net." in result.stderr


def test_needs_are_drawn_as_a_tree(grader: Run, tmp_path: Path) -> None:
    text = TEXT + (
        "  - id: top\n    title: Top\n    subject: m.top\n    points: 1\n    visibility: hidden\n"
        "    bonus: true\n    needs: [affine, net]\n    checks: [{kind: output, inputs: {}}]\n"
        "  - id: side\n    title: Side\n    subject: m.side\n    points: 1\n    needs: [affine]\n"
        "    checks: [{kind: output, inputs: {}}]\n"
        "  - id: alone\n    title: Alone\n    subject: m.alone\n    points: 1\n"
        "    checks: [{kind: output, inputs: {}}]\n"
    )
    (tmp_path / "rubric.yaml").write_text(text, encoding="utf-8")
    result = grader("rubric", "show", tmp_path / "rubric.yaml", "--tree")
    assert result.stdout == (
        "hw1 · Homework 1\n\n"
        "affine  4\n"
        "├─ net  6\n"
        "│  └─ top  1 bonus hidden  (and affine)\n"
        "└─ side  1\n"
        "alone  1\n\n"
        "12 points (12 visible) and 1 bonus · 5 criteria · 6 checks\n"
    )


def test_checks_are_told_one_by_one(grader: Run, tmp_path: Path) -> None:
    rubric_of(
        tmp_path,
        (
            "name: hard",
            "name: hard, weight: 3, hint: Look at the axes., also: [other.f], cases: [{name: a}, "
            "{name: b, beyond_text: true}], "
            "tolerance: {rtol: 1.0e-6, atol: 1.0e-7, because: only a test}",
        ),
    )
    result = grader("rubric", "show", tmp_path / "rubric.yaml", "--checks")
    assert result.stdout == (
        "hw1 · Homework 1\n\n"
        "affine  4 · Affine\n"
        "  asks m.affine_forward\n"
        "  output: output · worth 1\n"
        "  hard: output · worth 3 · hidden · 2 cases, 1 beyond the text · tolerance\n"
        "    rtol 1e-06 atol 1e-07 · also right: other.f\n"
        "    → Look at the axes.\n"
        "\n"
        "net  6 · Net\n"
        "  asks m.net · builds on affine\n"
        "  output: output\n\n"
        "10 points (10 visible) · 2 criteria · 3 checks\n"
    )


@pytest.mark.parametrize("assignment", assignment_ids())
@pytest.mark.parametrize("option", ["--tree", "--checks"])
def test_our_own_rubrics_fit_80_columns(grader: Run, assignment: str, option: str) -> None:
    result = grader("rubric", "show", assignment, option)
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80


def test_curves_are_drawn_with_their_checks(grader: Run) -> None:
    result = grader("rubric", "show", "umass_ece697ls_a1", "--checks")
    assert "      synthetic   credit by accuracy " in result.stdout


def test_what_students_see_is_shown(grader: Run, tmp_path: Path) -> None:
    rubric_of(tmp_path)
    result = grader("rubric", "show", tmp_path / "rubric.yaml", "--public", "--checks")
    assert "withheld_2: withheld · worth 2 · hidden" in result.stdout
    assert "hard" not in result.stdout
