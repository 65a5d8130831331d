"""`grader rubric preview`: an edited rubric and stored reports in, who changes and why out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.unit.preview.course import CLOSE, WRONG, rubric_of, write

Run = Callable[..., Result]

EDITS = (
    ("    points: 6\n", "    points: 8\n"),
    ("name: hard", "name: hard, tolerance: {rtol: 1.0e-7, atol: 1.0e-8, because: only a test}"),
)

TOLD = """\
edited
  affine: tolerance of hard the table's → rtol 1e-07 atol 1e-08
  net: points 6 → 8

2 of 3 hand-ins change.
  alice  10 → 12  +2
    net 6 → 8 (points 6 → 8)
  bob  8 → 12  +4
    affine 2 → 4 (tolerance of hard the table's → rtol 1e-07 atol 1e-08)
    net 6 → 8 (points 6 → 8)

       points  before                        after
        0–1.2
      1.2–2.4
      2.4–3.6
      3.6–4.8  ████████████ 1                ████████████ 1
        4.8–6
        6–7.2
      7.2–8.4  ████████████ 1
      8.4–9.6
     9.6–10.8  ████████████ 1
      10.8–12                                ████████████████████████ 2
mean 7.33 → 9.33 of 10 → 12 points

pass mark 9
  now above it: bob
"""


@pytest.fixture
def reports(tmp_path: Path) -> list[Path]:
    before = rubric_of(tmp_path, name="before.yaml")
    return [
        write(tmp_path, before),
        write(tmp_path, before, handin="bob", shares={"affine/hard": CLOSE}),
        write(tmp_path, before, handin="eve", shares={"net/output": WRONG}),
    ]


@pytest.fixture
def preview(grader: Run, tmp_path: Path, reports: list[Path]) -> Callable[..., Result]:
    def run(*arguments: Any, edits: Any = EDITS) -> Result:
        rubric_of(tmp_path, *edits)
        return grader("rubric", "preview", tmp_path / "rubric.yaml", *arguments)

    return run


def test_who_changes_is_told_with_the_reasons(preview: Any, tmp_path: Path, reports: Any) -> None:
    result = preview(*reports, "--before", tmp_path / "before.yaml", "--pass-mark", 9)
    assert result.exit_code == 0
    assert result.stdout == TOLD
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_same_as_json(preview: Any, tmp_path: Path, reports: Any) -> None:
    result = preview(*reports, "--before", tmp_path / "before.yaml", "--pass-mark", "90%", "--json")
    found = json.loads(result.stdout)
    assert found["edits"]["net"] == ["points 6 → 8"]
    assert found["possible"] == [10.0, 12.0]
    bob = found["hand_ins"][1]
    assert (bob["id"], bob["before"], bob["after"]) == ("bob", [8.0, 8.0], [12.0, 12.0])
    assert bob["criteria"][1]["because"] == ["points 6 → 8"]
    assert found["pass_mark"] == {
        "before": 9.0,
        "after": 10.8,
        "now_pass": ["bob"],
        "now_fail": [],
        "may_cross": [],
    }
    assert sum(one["after"] for one in found["classes"]) == 3


def test_what_cannot_be_told_is_a_range_with_its_reason(preview: Any, reports: Any) -> None:
    more = "      - {kind: output, name: more, inputs: {x: {normal: {shape: [5]}}}}\n  - id: net"
    result = preview(reports[0], "--pass-mark", 9, edits=[("  - id: net", more)])
    assert (
        "1 of 1 hand-in changes. Of 1 the reports do not tell all, so the points are a range."
        in result.stdout
    )
    assert "  alice  10 → 8.67–10  −1.33 to 0\n" in result.stdout
    assert "affine 4 → 2.67–4 (new check more) · cannot be told: a new check" in result.stdout
    assert "  cannot be told any more: alice\n" in result.stdout


def test_nothing_edited_is_said(preview: Any, reports: Any) -> None:
    result = preview(reports[0], "--pass-mark", 20, edits=[])
    assert "The reports were made with this very rubric, so nothing was edited." in result.stderr
    assert result.stdout.startswith(
        "No edit was found that reports can tell of.\n\n0 of 1 hand-in "
    )
    assert result.stdout.endswith("pass mark 20\n  Nobody crosses it.\n")


def test_another_rubric_of_before_is_said(preview: Any, tmp_path: Path, reports: Any) -> None:
    rubric_of(tmp_path, ("Homework 1", "Homework one"), name="other.yaml")
    result = preview(*reports, "--before", tmp_path / "other.yaml")
    assert result.stderr == (
        "3 of 3 reports were made with another rubric than the one given with --before, so edits "
        "between those two are not seen.\n"
    )


def test_reports_of_several_rubrics_are_said(preview: Any, tmp_path: Path, reports: Any) -> None:
    other = rubric_of(tmp_path, ("Homework 1", "Homework one"), name="other.yaml")
    result = preview(*reports, write(tmp_path, other, handin="zoe"))
    assert "The reports were made with different rubrics." in result.stderr


def test_many_hand_ins_are_told_when_asked_for(preview: Any, tmp_path: Path) -> None:
    before = rubric_of(tmp_path, name="before.yaml")
    many = [write(tmp_path, before, handin=f"s{number}") for number in range(42)]
    assert "  … and 2 more; --all tells them.\n" in preview(*many).stdout
    assert "\n  s41  10 → 12" in preview(*many, "--all").stdout


def test_a_report_that_cannot_be_used_does_not_stop_the_others(
    preview: Any, tmp_path: Path, reports: Any
) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    before = rubric_of(tmp_path, name="before.yaml")
    ended = write(tmp_path, before, handin="ended", finished=False)
    result = preview(tmp_path / "broken.json", ended, reports[0])
    assert result.exit_code == 3
    assert "is not a report: it is not JSON" in result.stderr
    assert (
        f"{ended} is left out: its grading did not come to its end. Grade the hand-in again.\n"
        in result.stderr
    )
    assert "1 of 1 hand-in changes." in result.stdout


def test_without_any_report_nothing_is_told(preview: Any, tmp_path: Path) -> None:
    result = preview(tmp_path / "none.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("No report could be used, so there is nothing to preview.\n")


@pytest.mark.parametrize("mark", ["half", "-1", "nan", "%"])
def test_a_pass_mark_is_a_number(preview: Any, reports: Any, mark: str) -> None:
    result = preview(*reports, f"--pass-mark={mark}")
    assert result.exit_code == 2
    assert f"--pass-mark '{mark}' is no number of points. Give one as in 50, or 50%." in (
        " ".join(result.stderr.split())
    )


def test_the_text_fits_a_stream_that_is_no_unicode(
    grader: Run, tmp_path: Path, reports: Any
) -> None:
    rubric_of(tmp_path, *EDITS)
    result = grader("rubric", "preview", tmp_path / "rubric.yaml", *reports, charset="ascii")
    assert result.exit_code == 0
    assert result.stdout.isascii()


def test_a_page_is_written_beside_the_text(preview: Any, tmp_path: Path, reports: Any) -> None:
    told = preview(*reports, "--before", tmp_path / "before.yaml", "--pass-mark", 9)
    again = preview(
        *reports,
        "--before",
        tmp_path / "before.yaml",
        "--pass-mark",
        9,
        "--html",
        tmp_path / "page.html",
    )
    assert again.stdout == told.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "<b>bob</b>" in page
    assert not list(tmp_path.glob("*.tmp"))


def test_a_page_that_cannot_be_written_is_said(preview: Any, tmp_path: Path, reports: Any) -> None:
    result = preview(*reports, "--html", tmp_path / "missing" / "page.html")
    assert result.exit_code == 2
    assert "page.html" in result.stderr
    assert result.stdout == ""
