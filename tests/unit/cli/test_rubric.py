"""`grader rubric`: an instructor's view of a rubric file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

from grader.errors import RubricSchemaError

Run = Callable[..., Result]

TABLE = """\
hw1 · Homework 1

 id      title   subject   points  visibility  checks            needs
 ───────────────────────────────────────────────────────────────────────
 affine  Affine  m.affine       5  visible     output, gradient
 relu    Relu    m.relu         3  visible     output
 net     Net     m.net        2.5  hidden      2 gradient        affine

10.5 points (8 visible, 2.5 hidden) · 3 criteria · 5 checks
"""


def squeezed(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip("─- ")]


def test_a_rubric_is_shown_as_a_table_with_totals(grader: Run, stages: Any) -> None:
    result = grader("rubric", "show", "hw1")
    assert result.exit_code == 0
    assert stages.loaded == ["/rubrics/hw1/rubric.yaml"]
    assert squeezed(result.stdout) == squeezed(TABLE)
    assert all(line == line.rstrip() for line in result.stdout.splitlines())


def test_a_rubric_file_is_shown_too(grader: Run, stages: Any, tmp_path: Path) -> None:
    (tmp_path / "draft").write_text("")
    grader("rubric", "show", tmp_path / "draft")
    grader("rubric", "show", "mine.yaml")
    assert stages.loaded == [f"{tmp_path}/draft", "mine.yaml"]


def test_an_output_that_is_not_unicode_gets_a_table_it_can_carry(grader: Run, stages: Any) -> None:
    result = grader("rubric", "show", "hw1", charset="ascii")
    assert result.exit_code == 0
    assert result.stdout.isascii()


def test_a_check_that_is_more_hidden_than_its_criterion_says_so() -> None:
    from dataclasses import replace
    from decimal import Decimal

    from grader.cli.rubric import _checks
    from grader.records import CheckSpec, Criterion, Visibility

    visible = CheckSpec("a/x", "output", None)
    hidden = replace(visible, id="a/y", visibility=Visibility.HIDDEN)
    assert _checks(Criterion("a", "A", "m.a", Decimal(1), (visible, hidden))) == (
        "output, hidden output"
    )


def test_valid_rubrics_are_listed_with_their_size(grader: Run, stages: Any) -> None:
    result = grader("rubric", "validate", "a.yaml", "b.yaml")
    assert result.exit_code == 0
    size = "10.5 points (8 visible, 2.5 hidden) · 3 criteria · 5 checks"
    assert result.stdout == f"✓ a.yaml: {size}\n✓ b.yaml: {size}\n"


def test_all_mistakes_of_all_rubrics_are_told(grader: Run, stages: Any) -> None:
    problems = ["a.yaml:3  criteria: one.", "a.yaml:9  title: \x1b[2J."]
    stages.rubric_faults["a.yaml"] = RubricSchemaError(problems)
    result = grader("rubric", "validate", "a.yaml", "b.yaml")
    assert result.exit_code == 2
    assert result.stderr == "a.yaml:3  criteria: one.\na.yaml:9  title: \\x1b[2J.\n"
    assert result.stdout.startswith("✓ b.yaml: ")


def test_the_schema_is_printed_or_written(grader: Run, stages: Any, tmp_path: Path) -> None:
    result = grader("rubric", "schema")
    assert (result.exit_code, result.stdout) == (0, '{"kinds": "its kind ×"}\n')
    result = grader("rubric", "schema", "--out", tmp_path / "schema.json")
    assert (result.exit_code, result.stdout) == (0, f"✓ wrote '{tmp_path}/schema.json'\n")
    assert (tmp_path / "schema.json").read_text("utf-8") == '{"kinds": "its kind ×"}\n'


def test_a_schema_that_cannot_be_written_is_an_error(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    result = grader("rubric", "schema", "--out", tmp_path / "none" / "schema.json")
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr
