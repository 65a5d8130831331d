"""What a preview says of an edited rubric is what grading by that rubric comes to."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader import api
from grader.assignments import rubrics_dir

HANDINS = Path(__file__).parents[1] / "handins"
ASSIGNMENT = "umass_ece697ls_a1"
ASKED = ("affine_forward", "affine_backward", "batchnorm_backward", "adam")
MISTAKES = (
    "affine_backward_db_mean",
    "affine_forward_no_bias",
    "batchnorm_backward_no_mean_path",
    "adam_no_bias_correction",
)
# By criterion, a text of it and what is written in its place.
EDITS = (
    ("batchnorm_backward", "points: 4\n", "points: 6\n"),
    (
        "batchnorm_backward",
        "credit: {x: 3, gamma: 1, beta: 1}",
        "credit: {x: 1, gamma: 1, beta: 2}",
    ),
    ("adam", "name: several_steps", "weight: 3\n        name: several_steps"),
    (
        "affine_backward",
        "wrt: [x, w, b]",
        "wrt: [x, w, b]\n        tolerance: {rtol: 20.0, atol: 20.0, because: only for a test}",
    ),
    ("affine_forward", "rtol: 1.0e-7, atol: 1.0e-8", "rtol: 1.0e-9, atol: 1.0e-10"),
)


@pytest.fixture(scope="module")
def rubrics(tmp_path_factory: pytest.TempPathFactory) -> tuple[api.Rubric, api.Rubric]:
    source = rubrics_dir() / ASSIGNMENT / "rubric.yaml"
    text = source.read_text(encoding="utf-8")
    for criterion, old, new in EDITS:
        start = text.index(f"- id: {criterion}\n")
        at = text.index(old, start)
        assert text.find("\n  - id: ", start + 1) > at
        text = text[:at] + new + text[at + len(old) :]
    edited = tmp_path_factory.mktemp("edited") / "rubric.yaml"
    edited.write_text(text, encoding="utf-8")
    return api.load_rubric(source), api.load_rubric(edited)


def points(report: api.Report) -> Mapping[str, tuple[float, float]]:
    return {
        one.id: (float(one.lower), float(one.upper)) for one in report.criteria if one.id in ASKED
    }


@pytest.mark.slow
@pytest.mark.parametrize("mistake", ["", *MISTAKES])
def test_a_preview_says_what_grading_comes_to(
    tmp_path: Path, rubrics: tuple[api.Rubric, api.Rubric], mistake: str
) -> None:
    before, after = rubrics
    handin = tmp_path / "handin"
    shutil.copytree(HANDINS / "base", handin)
    for source in (HANDINS / "wrong" / mistake).glob("*.py") if mistake else ():
        (target,) = handin.rglob(source.name)
        target.write_text(f"{target.read_text('utf-8')}\n{source.read_text('utf-8')}", "utf-8")
    reports = [api.check(handin, rubric, only=ASKED, sandbox="off") for rubric in (before, after)]
    assert reports[0].lost_credit == bool(mistake)
    api.write_report(reports[0], tmp_path / "report.json")
    for known in (before, None):
        (found,) = api.preview(after, [tmp_path / "report.json"], known)
        told = dict(points(reports[0]))
        for change in found.changes:
            told[change.id] = (float(change.after.lower), float(change.after.upper))
            assert change.untold == ()
            assert change.because
        assert {name: told[name] for name in ASKED} == points(reports[1])
        assert found.told
