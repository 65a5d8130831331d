"""`grader rubric audit`: a hole of a rubric is found and named, and is gone once it is closed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.assignments import rubrics_dir
from grader.audit.conduct import Extent, audit_rubric
from grader.audit.listed import listed_survivors
from grader.audit.wrong import canaries, misconceptions, mutants
from grader.checks import CHECK_KINDS
from grader.cli import cli
from grader.rubric import load_rubric
from grader.variant_trials import trial_stand
from grader.variants.catalogue import read_catalogue
from tests.unit.audit.small_course import NORMAL, ZEROS, make_course


def audit(folder: Path, *more: str) -> tuple[int, str]:
    asked = ["rubric", "audit", str(folder / "rubric.yaml"), "--jobs", "1", *more]
    result = CliRunner().invoke(cli, asked, prog_name="grader")
    return result.exit_code, result.stdout


def test_a_hole_is_named_and_is_gone_once_it_is_closed(tmp_path: Path) -> None:
    make_course(tmp_path, bias=ZEROS)
    json_path, html_path = tmp_path / "audit.json", tmp_path / "audit.html"
    code, said = audit(tmp_path, "--json", str(json_path), "--html", str(html_path))
    assert code == 1
    assert "2.0 * np.maximum(x, 0.0) + b → (2.0 * np.maximum(x, 0.0))" in said
    found = json.loads(json_path.read_text(encoding="utf-8"))
    lost = [each for each in found["wrong"] if each["name"] in found["survivors"]]
    assert {each["family"] for each in lost} == {"operators", "terms"}
    assert all(each["compared"]["differs"] for each in lost)
    assert html_path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")

    make_course(tmp_path, bias=NORMAL)
    code, said = audit(tmp_path)
    assert code == 0
    assert "lose nothing" not in said


def test_a_survivor_that_is_listed_with_a_reason_is_no_mistake(tmp_path: Path) -> None:
    make_course(tmp_path, bias=ZEROS)
    json_path = tmp_path / "audit.json"
    audit(tmp_path, "--json", str(json_path))
    names = json.loads(json_path.read_text(encoding="utf-8"))["survivors"]
    text = "".join(f"  - name: '{name}'\n    because: No bias is asked for.\n" for name in names)
    make_course(tmp_path, bias=ZEROS, survivors=f"survivors:\n{text}")
    code, said = audit(tmp_path)
    assert code == 0
    assert f"{len(names)} more for a reason that is listed" in said


def test_one_criterion_is_audited_alone(tmp_path: Path) -> None:
    make_course(tmp_path)
    code, said = audit(tmp_path, "--only", "ramp", "--sample", "2")
    assert code == 0
    assert said.startswith("2 mutants: 2 lost points\n2 canaries: 2 lost points\n")
    asked = ["rubric", "audit", str(tmp_path / "rubric.yaml"), "--only", "stairs"]
    refused = CliRunner().invoke(cli, asked, prog_name="grader")
    assert refused.exit_code == 2
    assert "'stairs' is no criterion of ramps that asks code for points" in refused.stderr


@pytest.mark.slow
def test_a_sample_of_what_is_wrong_loses_points_in_the_first_rubric() -> None:
    rubric = load_rubric(rubrics_dir() / "umass_ece697ls_a1" / "rubric.yaml", CHECK_KINDS)
    extent = Extent(
        sorts=("mutant", "misconception"),
        samples=(("mutant", 60), ("misconception", 40)),
        jobs=min(2, os.cpu_count() or 1),
    )
    found = audit_rubric(rubric, extent)
    assert [each.wrong.told for each in found.survivors] == []
    assert found.unfair == {}
    counts = found.counts()
    assert sum(counts.values()) == 100
    assert counts["mutant", "killed"] > counts["mutant", "same"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "assignment", [path.parent.name for path in sorted(rubrics_dir().glob("*/survivors.yaml"))]
)
def test_every_listed_survivor_still_loses_nothing(assignment: str) -> None:
    rubric = load_rubric(rubrics_dir() / assignment / "rubric.yaml", CHECK_KINDS)
    listed = listed_survivors(rubric)
    with trial_stand(rubric) as stand:
        wrongs = [
            each
            for made in (mutants, misconceptions, canaries)
            for each in made(stand.reach)
            if each.key in listed
        ]
        # A misconception may reach no criterion with points; a mutant that is gone is none.
        named = {each.name for each in read_catalogue()} | {each.key for each in wrongs}
        assert set(listed) <= named
        for each in wrongs:
            # Graded whole: what fails in given code is lent to what builds on it.
            trial = stand.try_out(each.sources(stand.reference))
            assert trial.lost == {}, each.told
