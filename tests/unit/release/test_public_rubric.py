"""What students get of a rubric: every visible check as it is, and blanks for the others."""

from pathlib import Path

import pytest

from grader.checks import CHECK_KINDS
from grader.release.public_rubric import public_rubric
from grader.rubric import load_rubric

ROOT = Path(__file__).parents[3]
RUBRICS = sorted((ROOT / "rubrics").glob("*/rubric.yaml"))

RUBRIC = """
schema_version: 1
assignment: hw3
title: Homework 3
handin: {roots: [hw3], accept: [folder]}
defaults: {convention: functions_with_cache}
criteria:
  - id: trap
    title: Catches the constant row
    subject: layers.f
    visibility: hidden
    points: 2
    checks:
      - {kind: output, inputs: {x: {normal: {shape: [4, 7919]}}}}
  - id: f
    title: The function f
    subject: layers.f
    points: 3
    needs: [trap]
    checks:
      - kind: output
        name: shown
        inputs: &inputs {x: {normal: {shape: [4, 5]}}}
      - kind: output
        name: secret_trap
        visibility: hidden
        weight: 0.5
        hint: Look at ties.
        inputs: *inputs
        cases: [{inputs: {x: {normal: {shape: [9, 9]}}}}]
  - id: answer
    title: Task 1
    subject: task1
    visibility: after_due
    points: 1
    checks:
      - {kind: answer, answer: task1, form: number, expected: 4711}
"""


@pytest.fixture
def shown(tmp_path):
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    load_rubric(tmp_path / "rubric.yaml", CHECK_KINDS)
    text = public_rubric(tmp_path / "rubric.yaml")
    (tmp_path / "public.yaml").write_text(text)
    return text, load_rubric(tmp_path / "public.yaml", CHECK_KINDS)


def test_what_is_hidden_is_not_in_it(shown):
    text, _ = shown
    for secret in ("trap", "Catches", "7919", "secret", "ties", "[9, 9]", "4711"):
        assert secret not in text


def test_points_weights_and_visibility_stay(shown):
    _, rubric = shown
    hidden, f, answer = rubric.criteria
    assert (hidden.id, hidden.title, hidden.points) == ("hidden_1", "Hidden", 2)
    assert f.needs == ("hidden_1",)
    assert [(spec.kind, float(spec.weight), spec.visibility) for spec in f.checks] == [
        ("output", 1, "visible"),
        ("withheld", 0.5, "hidden"),
    ]
    assert (answer.id, answer.title, answer.checks[0].visibility) == (
        "answer",
        "Task 1",
        "after_due",
    )
    assert answer.checks[0].id == "answer/withheld_1"


def test_it_names_the_schema_that_lies_beside_it(shown):
    text, _ = shown
    assert text.startswith("# yaml-language-server: $schema=rubric.schema.json\n")


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: path.parent.name)
def test_our_rubrics_ask_the_same_of_students(path, tmp_path):
    whole = load_rubric(path, CHECK_KINDS)
    (tmp_path / "public.yaml").write_text(public_rubric(path), encoding="utf-8")
    public = load_rubric(tmp_path / "public.yaml", CHECK_KINDS)
    assert (public.possible, public.maximum) == (whole.possible, whole.maximum)
    assert public.families == whole.families
    withheld = 0
    for theirs, ours in zip(public.criteria, whole.criteria, strict=True):
        assert (theirs.points, theirs.subject) == (ours.points, ours.subject)
        for shown, full in zip(theirs.checks, ours.checks, strict=True):
            assert shown.weight == full.weight
            if full.visibility == "visible":
                assert (shown.id, repr(shown.params)) == (full.id, repr(full.params))
            else:
                assert shown.kind == "withheld"
                withheld += 1
    assert withheld > 0
