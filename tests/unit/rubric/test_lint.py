"""Every rule finds its fault, passes over what has none, and can be told that it is meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.checks import CHECK_KINDS
from grader.rubric import load_rubric
from grader.rubric.lint import Linted, Warned, lint
from grader.rubric.lint_names import names_in
from grader.rubric.lint_rules import RULES
from grader.rubric.source import read_source

TEMPLATE = {"m.py": b"def f(x): ...\ndef f_backward(dout, cache): ...\nclass Net: ..."}
REFERENCE = {**TEMPLATE, "alternatives.py": b"def f(x): ..."}

SOUND = """\
schema_version: 1
assignment: hw1
title: T
handin: {roots: [hw], accept: [folder]}
families:
  f: [m.f, m.f_backward]
criteria:
  - id: f
    title: F
    subject: m.f
    points: 4
    checks:
      - kind: output
        inputs: {x: {normal: {shape: [3]}}}
        also: [alternatives.f]
        tolerance: {rtol: 1.0e-6, atol: 1.0e-7, because: the text prints six digits}
        cases:
          - {name: plain}
          - {name: longer, inputs: {x: {normal: {shape: [5]}}}}
      - kind: output
        name: hard
        visibility: hidden
        inputs: {x: {normal: {shape: [9]}}}
  - id: f_backward
    title: F, backward
    subject: m.f_backward
    points: 6
    checks:
      - kind: gradient
        forward: m.f
        hint: Sum over the batch.
        wrt: [x]
        inputs: {x: {normal: {shape: [3]}}}
  - id: extra
    title: Extra
    subject: m.Net
    points: 2
    optional: true
    checks:
      - kind: training
        loop: solver
        options: {solver: s.S}
        settings:
          - data: synthetic
            epochs: 1
            wall_s: 9
            curve: [[0.2, 0], [0.5, 1]]
            calibrated: {mean: 0.6, std: 0.01, runs: 5}
"""

Look = Callable[[str], tuple[Warned, ...]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def run(text: str) -> tuple[Warned, ...]:
        path = tmp_path / "rubric.yaml"
        path.write_text(text, encoding="utf-8")
        rubric = load_rubric(path, CHECK_KINDS)
        linted = Linted(rubric, names_in(TEMPLATE), names_in(REFERENCE))
        return lint(linted, read_source(path), text, RULES)

    return run


def edited(*edits: tuple[str, str]) -> str:
    text = SOUND
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text


# The rule, an edit that breaks it, and the words that say what is there.
FAULTS = [
    (
        "points_total",
        ("points: 6", "points: 6.5"),
        "The points add up to 12.5, which is no whole number.",
    ),
    (
        "hidden_share",
        ("visibility: hidden\n", "visibility: hidden\n        weight: 100\n"),
        "Hidden checks decide 11.88 of 12 points.",
    ),
    ("subject_missing", ("subject: m.f\n", "subject: m.g\n"), "The template has no m.g."),
    ("subject_missing", ("forward: m.f\n", "forward: m.g\n"), "The template has no m.g."),
    (
        "subject_missing",
        ("[m.f, m.f_backward]", "[m.f, m.g_backward]"),
        "Neither template nor reference has m.g_backward.",
    ),
    (
        "provided_missing",
        ("accept: [folder]}", "accept: [folder], provided: [m.py, solvr.py]}"),
        "The template has no solvr.py.",
    ),
    (
        "unreachable",
        ("subject: m.Net", "subject: n.Net"),
        "n.Net is optional, and neither the template nor the reference has it.",
    ),
    (
        "also_missing",
        ("[alternatives.f]", "[alternatives.f, alternatives.g]"),
        "The reference hand-in has no alternatives.g.",
    ),
    (
        "no_hint",
        ("        hint: Sum over the batch.\n", ""),
        "The gradient check f_backward/gradient has no hint.",
    ),
    (
        "uncalibrated",
        ("            calibrated: {mean: 0.6, std: 0.01, runs: 5}\n", ""),
        "extra/training asks for 0.5 on synthetic, and it is not written down what the reference "
        "reaches.",
    ),
    (
        "odd_tolerance",
        ("rtol: 1.0e-6", "rtol: 0.5"),
        "f/output allows rtol 0.5 and atol 1e-07; the table has 0.02 for the coarsest numbers.",
    ),
    (
        "odd_tolerance",
        ("rtol: 1.0e-6, atol: 1.0e-7", "rtol: 1.0e-13, atol: 0.0"),
        "f/output allows rtol 1e-13 and atol 0, which is less than the 1e-11 that sums in another "
        "order were seen to differ by.",
    ),
    (
        "check_repeated",
        ("shape: [9]", "shape: [3]"),
        "f/hard asks the same as f/output.",
    ),
    (
        "case_repeated",
        ("shape: [5]", "shape: [3]"),
        "The case 'longer' has the same inputs and options as 'plain'.",
    ),
]
# A second check that asks the same has to have all the rest in common as well.
ALIKE = (
    ("        also: [alternatives.f]\n", ""),
    (
        "        tolerance: {rtol: 1.0e-6, atol: 1.0e-7, because: the text prints six digits}\n"
        "        cases:\n          - {name: plain}\n"
        "          - {name: longer, inputs: {x: {normal: {shape: [5]}}}}\n",
        "",
    ),
)


def broken(rule: str, edit: tuple[str, str]) -> str:
    if rule == "hidden_share":
        edits = [edit, ("points: 4", "points: 12"), ("points: 6", "points: 0")]
        edits += [("points: 2", "points: 0")]
    else:
        edits = [edit, *(ALIKE if rule == "check_repeated" else ())]
    return edited(*edits)


def test_a_sound_rubric_has_no_warnings(look: Look) -> None:
    assert look(SOUND) == ()


def test_every_rule_has_a_fault_here() -> None:
    assert {rule for rule, _, _ in FAULTS} == {rule.id for rule in RULES}


@pytest.mark.parametrize(("rule", "edit", "said"), FAULTS)
def test_a_fault_is_found_with_its_reason_and_a_remedy(
    look: Look, rule: str, edit: tuple[str, str], said: str
) -> None:
    (warned,) = look(broken(rule, edit))
    (known,) = (one for one in RULES if one.id == rule)
    assert warned.rule == rule
    assert warned.said == f"{said} {known.why} {known.do}"


@pytest.mark.parametrize(("rule", "edit", "said"), FAULTS)
def test_a_reason_beside_it_allows_it(
    look: Look, rule: str, edit: tuple[str, str], said: str
) -> None:
    text = broken(rule, edit)
    (warned,) = look(text)
    lines = text.splitlines()
    lines.insert(warned.line - 1, f"# lint: allow {rule}: it is only a test")
    assert look("\n".join(lines) + "\n") == ()
    lines = text.splitlines()
    lines[warned.line - 1] += f"  # lint: allow {rule}: it is only a test"
    assert look("\n".join(lines) + "\n") == ()


def test_a_warning_reads_like_a_mistake_and_names_its_rule(look: Look) -> None:
    (warned,) = look(edited(("        hint: Sum over the batch.\n", "")))
    assert warned.text("a.yaml") == (
        "a.yaml:29  criteria[1].checks[0]: The gradient check f_backward/gradient has no hint. A "
        "wrong gradient alone does not show students where to look. Say in `hint` which part of "
        "the formula is often forgotten. [no_hint]"
    )


@pytest.mark.parametrize(
    ("comment", "rule", "said"),
    [
        (
            "# lint: allow no_hints: none",
            "unknown_rule",
            "There is no rule 'no_hints'. Did you mean 'no_hint'? Rules: points_total, ",
        ),
        (
            "# lint: allow no_hint",
            "no_reason",
            "no_hint is allowed here without a reason. Write one behind a colon, so that the next "
            "reader can tell whether it still holds.",
        ),
        (
            "# lint: allow no_hint: none is needed",
            "idle_allowance",
            "no_hint is allowed here, and nothing here breaks it. Delete the comment.",
        ),
    ],
)
def test_an_allowance_that_is_none_is_told(look: Look, comment: str, rule: str, said: str) -> None:
    (warned,) = look(f"{comment}\n{SOUND}")
    assert (warned.line, warned.rule) == (1, rule)
    assert warned.said.startswith(said)
    assert warned.text("a.yaml").startswith(
        "a.yaml:1  There is" if "no rule" in said else "a.yaml:1  no_"
    )


def test_several_comments_may_stand_above_a_place(look: Look) -> None:
    text = edited(
        ("        hint: Sum over the batch.\n", ""),
        (
            "      - kind: gradient",
            "      # lint: allow no_hint: only a test\n      # as said\n      - kind: gradient",
        ),
    )
    assert look(text) == ()


def test_without_a_template_names_are_not_looked_for(tmp_path: Path) -> None:
    text = edited(("subject: m.f\n", "subject: m.g\n"), ("[alternatives.f]", "[alternatives.g]"))
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    linted = Linted(load_rubric(tmp_path / "r.yaml", CHECK_KINDS))
    assert lint(linted, read_source(tmp_path / "r.yaml"), text, RULES) == ()
