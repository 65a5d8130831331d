"""A calibration as a real command: the reference is trained, and thresholds held against it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.conftest import ASSIGNMENT, Grader

HEAD = f"""\
schema_version: 1
assignment: {ASSIGNMENT}
title: Trainings of a few seconds
handin: {{roots: [ece662], accept: [zip], provided: [solver.py]}}
criteria:
"""
CRITERION = """\
  - id: {id}
    title: A small net
    subject: classifiers.fc_net.TwoLayerNet
    points: 1
    checks:
      - kind: training
        loop: solver
        on: {on}
        options: {{solver: solver.Solver, construct: {{hidden_dim: 50, num_classes: 6, reg: 0.0}},
                  update_rule: {rule}, optim_config: {{learning_rate: 0.0002}}, batch: 50}}
        settings:
          # a few seconds
          - {{data: synthetic, classes: 6, train: {train}, validation: 60, held_out: 500, epochs: 6,
              wall_s: 60, curve: [[0.0, 0], [{full}, 1]]}}
"""
EASY = CRITERION.format(id="easy", on="test", rule="adam", train=1500, full=0.02)
BY_HEART = CRITERION.format(id="by_heart", on="train", rule="adam", train=40, full=0.05)
TOO_HIGH = CRITERION.format(id="too_high", on="test", rule="adam", train=1500, full=0.99)
ELSEWHERE = """\
          - {data: cifar10, device: cuda, epochs: 1, wall_s: 60, curve: [[0.1, 0], [0.2, 1]]}
"""
FAULTY = CRITERION.format(id="faulty", on="test", rule="adm", train=400, full=0.02)


@pytest.fixture
def rubric(tmp_path: Path) -> Path:
    path = tmp_path / "rubric.yaml"
    path.write_text(HEAD + EASY + ELSEWHERE + BY_HEART + TOO_HIGH, encoding="utf-8")
    return path


def test_thresholds_that_the_reference_reaches_are_no_mistakes(
    grader: Grader, rubric: Path, tmp_path: Path
) -> None:
    before = rubric.read_text("utf-8")
    asked = ("--calibrate", "--seeds", "6", "--only", "easy,by_heart", "--device", "cpu")
    result = grader("rubric", "audit", rubric, *asked, "--write", "--data", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[1] == "easy/training"
    assert re.fullmatch(r"  synthetic on cpu +6 +0\.\d{3} 0\.\d{3} 0\.\d{3}  0\.02 .*", lines[2])
    assert "  cifar10" in lines
    assert "the data set cifar10 (`grader data add" in result.stdout
    assert "by_heart/training" in lines
    assert lines[-1] == "2 of 3 settings trained here, 0 mistakes of the rubric."
    written = rubric.read_text("utf-8")
    figures = re.compile(r", calibrated: \{mean: 0\.\d+, std: 0\.\d+, runs: 6\}")
    assert len(figures.findall(written)) == 2
    assert figures.sub("", written) == before
    shown = grader("rubric", "show", rubric).stdout
    assert len(re.findall(r"\d +0\.\d{3}  0\.\d{3}    6$", shown, re.MULTILINE)) == 2


def test_a_calibration_gives_the_same_figures_again(grader: Grader, rubric: Path) -> None:
    asked = ("--calibrate", "--seeds", "2", "--only", "easy", "--device", "cpu", "--write")
    grader("rubric", "audit", rubric, *asked)
    once = rubric.read_bytes()
    assert b"runs: 2}" in once
    grader("rubric", "audit", rubric, *asked)
    assert rubric.read_bytes() == once


def test_a_threshold_that_is_far_too_high_is_a_mistake_of_the_rubric(
    grader: Grader, rubric: Path
) -> None:
    asked = ("--calibrate", "--seeds", "2", "--only", "too_high", "--device", "cpu")
    result = grader("rubric", "audit", rubric, *asked)
    assert result.returncode == 1
    at = rubric.read_text("utf-8").splitlines().index("  - id: too_high") + 14
    assert (
        f"\n{rubric}:{at}  criteria[2].checks[0].settings[0].curve: Full credit begins at 0.99, "
        "and a right solution misses it in "
    ) in result.stdout
    assert "The reference reached 0." in result.stdout
    assert result.stdout.endswith("\n1 of 1 setting trained here, 1 mistake of the rubric.\n")


def test_a_reference_that_cannot_be_trained_is_a_mistake_of_the_rubric(
    grader: Grader, rubric: Path
) -> None:
    rubric.write_text(HEAD + FAULTY, encoding="utf-8")
    result = grader("rubric", "audit", rubric, "--calibrate", "--device", "cpu")
    assert result.returncode == 1
    assert "settings[0]: The reference failed in training 1 of 5: " in result.stdout
    assert "adm" in result.stdout
    assert "What a right solution cannot do, nobody may be asked for." in result.stdout


def test_a_criterion_that_there_is_not_is_named(grader: Grader, rubric: Path) -> None:
    result = grader("rubric", "audit", rubric, "--calibrate", "--only", "easi")
    assert result.returncode == 2
    assert "'easi' is not a criterion of" in result.stderr
    assert "Did you mean 'easy'?" in result.stderr
