"""A small course for previews: its rubric as text, and reports as if it had been graded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.checks import CHECK_KINDS
from grader.preview.stored import StoredReport, read_stored
from grader.records import CheckResult, Outcome, Rubric, Trust
from grader.report import build_report, write_report
from grader.rubric import load_rubric
from grader.scoring import score

TEXT = """\
schema_version: 1
assignment: hw1
title: Homework 1
handin: {roots: [hw], accept: [folder]}
defaults: {limits: {wall_s: 5}}
families:
  affine: [m.affine_forward, m.affine_backward]
criteria:
  - id: affine
    title: Affine
    subject: m.affine_forward
    points: 4
    checks:
      - {kind: output, inputs: {x: {normal: {shape: [3]}}}}
      - {kind: output, name: hard, visibility: hidden, inputs: {x: {normal: {shape: [4]}}}}
  - id: net
    title: Net
    subject: m.net
    points: 6
    needs: [affine]
    checks:
      - {kind: output, inputs: {x: {normal: {shape: [3]}}}}
"""

IDS = ("affine/output", "affine/hard", "net/output")
RIGHT, WRONG, CLOSE = 0.5, 50.0, 5.0  # shares of the allowed difference


def rubric_of(folder: Path, *edits: tuple[str, str], name: str = "rubric.yaml") -> Rubric:
    """Writes the rubric with some texts replaced, and loads it."""
    text = TEXT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")
    return load_rubric(folder / name, CHECK_KINDS)


def result(check: str, share: float) -> CheckResult:
    """What a check found whose value used a share of what is allowed."""
    credit = float(share <= 1)
    case = {
        "case": "",
        "credit": credit,
        "relative_error": {} if credit else {"out": 0.1},
        "of_allowed": {"out": share},
        "tolerance": {"rtol": 1e-8, "atol": 1e-9},
    }
    outcome = Outcome.PASSED if credit else Outcome.FAILED
    return CheckResult(check, "output", outcome, credit, evidence={"cases": [case]}, wall_s=1.0)


def write(
    folder: Path,
    rubric: Rubric,
    handin: str = "alice",
    shares: Mapping[str, float] | None = None,
    results: Mapping[str, CheckResult] | None = None,
    **more: Any,
) -> Path:
    """Writes a report; checks are right unless a share or a result says otherwise."""
    shares, results = shares or {}, results or {}
    found = [results.get(name) or result(name, shares.get(name, RIGHT)) for name in IDS]
    given: dict[str, Any] = {
        "rubric": rubric,
        "handin_id": handin,
        "handin_digest": "sha256:" + 64 * "0",
        "handin_kind": "folder",
        "scorecard": score(rubric, found),
        "trust": Trust("B", True),
        "environment": {},
        "notes": (),
        "started": "2026-01-01T00:00:00+00:00",
        "wall_s": 1.0,
        "mode": "grade",
    }
    path = folder / f"{handin}.json"
    write_report(build_report(**{**given, **more}), path)
    return path


def stored(folder: Path, rubric: Rubric, **more: Any) -> StoredReport:
    """Writes a report and reads back what a preview needs of it."""
    return read_stored(write(folder, rubric, **more))
