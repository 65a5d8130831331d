"""`grader rubric`: an instructor's view of a rubric file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from grader import calibration, staging
from grader.calibration import Reached
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

    from grader.cli.rubric_show import kinds_of
    from grader.records import CheckSpec, Criterion, Visibility

    visible = CheckSpec("a/x", "output", None)
    hidden = replace(visible, id="a/y", visibility=Visibility.HIDDEN)
    assert kinds_of(Criterion("a", "A", "m.a", Decimal(1), (visible, hidden))) == (
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


def training_rubric(*settings: str) -> str:
    return (
        "schema_version: 1\nassignment: hw1\ntitle: T\nhandin: {roots: [hw], accept: [folder]}\n"
        "criteria:\n  - id: net\n    title: Net\n    subject: nets.Net\n    points: 1\n"
        "    checks:\n      - kind: training\n        loop: solver\n"
        "        options: {solver: s.S}\n        settings:\n"
        + "".join(f"          - {{{one}}}\n" for one in settings)
    )


LONG = (
    "data: imagenette, device: cuda, epochs: 100, wall_s: 1800, curve: [[0.525, 0], [0.75, 0.2], "
    "[0.825, 1]], calibrated: {mean: 0.8512, std: 0.0104, runs: 12}"
)
SHORT = "data: synthetic, epochs: 0.5, wall_s: 9, curve: [[0.4, 0], [0.46, 1]]"
DRAWN = """\
training on  device epochs seconds  credit by accuracy     reached    std runs
net/training
  imagenette cuda      100    1800  0.525 ▁▁▂▂▂▂▅█ 0.825     0.851  0.010   12
  synthetic  any       0.5       9    0.4 ▁▂▃▄▅▆▇█ 0.46          –      –    –
"""


def test_trainings_are_shown_with_their_credit_curves(grader: Run, tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    path.write_text(training_rubric(LONG, SHORT), encoding="utf-8")
    result = grader("rubric", "show", path)
    assert result.exit_code == 0
    assert result.stdout.endswith(f"1 check\n\n{DRAWN}")
    assert max(len(line) for line in DRAWN.splitlines()) <= 80


def test_a_curve_is_drawn_in_ascii_where_there_is_nothing_else(grader: Run, tmp_path: Path) -> None:
    path = tmp_path / "rubric.yaml"
    path.write_text(training_rubric(LONG, SHORT), encoding="utf-8")
    result = grader("rubric", "show", path, charset="ascii")
    assert result.stdout.isascii()
    assert "  0.4 _.:-=+*# 0.46          -      -    -\n" in result.stdout
    assert "\\" not in result.stdout


def test_a_curve_that_jumps_is_full_where_full_credit_begins() -> None:
    from grader.checks.credit_curve import CreditCurve
    from grader.cli.rubric_training import BARS, draw_curve

    curve = CreditCurve(((0.0, 0.0), (0.78, 0.0), (0.79, 0.5), (0.8, 1.0), (1.0, 1.0)))
    assert draw_curve(curve, BARS) == " 0.78 ▁▂▃▄▅▆▇█ 0.8"
    steep = CreditCurve(((0.2, 0.25), (0.8, 0.25), (0.9, 1.0)))
    assert draw_curve(steep, BARS) == "  0.8 ▃▄▄▅▆▆▇█ 0.9"


@pytest.fixture
def audit(
    grader: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Result, str]]:
    """Audits a rubric, with trainings whose figures are made up; returns its new text as well."""

    def run(text: str, *reached: Reached, **more: Any) -> tuple[Result, str]:
        path = tmp_path / "rubric.yaml"
        path.write_text(text, encoding="utf-8")
        left = list(reached)
        monkeypatch.setattr(staging, "start_service", lambda rubric: nullcontext("a service"))
        monkeypatch.setattr(
            calibration,
            "read_reference",
            lambda rubric, service: SimpleNamespace(digest="d", files={}),
        )
        monkeypatch.setattr(calibration.Trials, "train", lambda *given: left.pop(0))
        arguments = more.get("arguments", ())
        result = grader("rubric", "audit", path, "--calibrate", *arguments)
        assert left == []
        return result, path.read_text(encoding="utf-8")

    return run


def reached_of(*accuracies: float, **more: Any) -> Reached:
    waited = tuple(float(number) for number, _ in enumerate(accuracies, start=1))
    return Reached(accuracies, waited, examples=10_000, guess=0.1, device="cpu", **more)


FINE = reached_of(0.60, 0.61, 0.62)
LOW = reached_of(0.82, 0.83, 0.84, why_cpu="there is none", ended=("its 9 s were over",))
ABSENT = Reached(not_here="Not trained: this needs the data set cifar10.")


def test_an_audit_prints_a_row_for_every_setting(audit: Any) -> None:
    result, text = audit(training_rubric(SHORT, SHORT), FINE, ABSENT)
    assert result.exit_code == 0
    assert result.stdout == (
        "trained on            runs   mean   std least  full  s each  full credit missed\n"
        "net/training\n"
        "  synthetic on cpu       3  0.610 0.010 0.600  0.46     2.0  1 in 1,482\n"
        "  synthetic\n"
        "    Not trained: this needs the data set cifar10.\n"
        "\n"
        "1 of 2 settings trained here, 0 mistakes of the rubric.\n"
    )
    assert text == training_rubric(SHORT, SHORT)


def test_mistakes_stand_below_the_table_with_their_lines(audit: Any, tmp_path: Path) -> None:
    fault = Reached(fault="The reference failed in training 1 of 5: it raised.")
    result, _ = audit(training_rubric(SHORT, LONG), fault, LOW)
    assert result.exit_code == 1
    assert "  synthetic\n    Its trainings failed, see below.\n" in result.stdout
    notes = (
        "    Not on a GPU: there is none.\n"
        "    Ended early in 1 of 3 trainings: its 9 s were over.\n\n"
    )
    below = result.stdout.partition(notes)[2]
    assert below.startswith(
        f"{tmp_path}/rubric.yaml:15  criteria[0].checks[0].settings[0]: The reference failed in "
        "training 1 of 5: it raised. What a right solution cannot do, nobody may be asked for.\n"
        f"\n{tmp_path}/rubric.yaml:16  criteria[0].checks[0].settings[1].curve: Full credit begins "
        "at 0.825, and a right solution misses it in "
    )
    assert below.endswith("\n\n2 of 2 settings trained here, 2 mistakes of the rubric.\n")


def test_figures_are_written_only_when_asked_for(audit: Any) -> None:
    text = training_rubric(SHORT, LONG)
    assert audit(text, FINE, LOW)[1] == text
    fault = Reached(fault="The reference failed.")
    result, written = audit(text, FINE, fault, arguments=["--write"])
    assert written == text.replace(
        "[0.46, 1]]", "[0.46, 1]], calibrated: {mean: 0.61, std: 0.01, runs: 3}"
    )
    result, written = audit(text, FINE, LOW, arguments=["--write"])
    assert result.exit_code == 1
    assert "calibrated: {mean: 0.83, std: 0.01, runs: 3}" in written


def test_what_cannot_be_written_is_said_and_the_rest_is_written(audit: Any) -> None:
    text = training_rubric(SHORT).replace("settings:", "settings: &all") + (
        "  - id: next\n    title: Next\n    subject: nets.Net\n    points: 1\n    checks:\n"
        "      - {kind: training, loop: solver, options: {solver: s.S}, settings: *all}\n"
        "  - id: last\n    title: Last\n    subject: nets.Net\n    points: 1\n    checks:\n"
        "      - {kind: training, loop: solver, options: {solver: s.S}, settings: ["
        f"{{{LONG}}}]}}\n"
    )
    good = reached_of(0.90, 0.91, 0.92)
    result, written = audit(text, FINE, FINE, good, arguments=["--write"])
    assert result.exit_code == 2
    assert result.stdout.count("stands in several places") == 1
    assert written == text.replace("0.8512, std: 0.0104, runs: 12", "0.91, std: 0.01, runs: 3")


def test_a_deviation_needs_two_trainings(grader: Run) -> None:
    result = grader("rubric", "audit", "hw1", "--calibrate", "--seeds", "1")
    assert result.exit_code == 2
    assert "1 is not in the range x>=2" in result.stderr


def test_a_rubric_without_trainings_has_nothing_to_calibrate(grader: Run, stages: Any) -> None:
    result = grader("rubric", "audit", "hw1", "--calibrate")
    assert result.exit_code == 0
    assert result.stdout == (
        "No check of this rubric trains a network, so there is nothing to calibrate.\n"
    )
