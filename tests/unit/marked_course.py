"""A small course with two criteria that people mark, and reports of it, for the tests of marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from grader.checks import manual
from grader.checks.manual import open_result
from grader.checks.shown_work import Excerpt
from grader.records import CheckResult, CheckSpec, Criterion, HandInRules, Outcome, Rubric, Trust
from grader.report import Report, build_report
from grader.scoring import score

DIGEST = "sha256:0a"
LEVELS = (
    {"credit": 1, "description": "Complete and right."},
    {"credit": 0.5, "description": "The idea is right, a step is missing."},
    {"credit": 0, "description": "Missing or wrong."},
)


def manual_data(**more: Any) -> Mapping[str, Any]:
    return {"subject": "report.proof", "asks": "Is the proof right?", "levels": LEVELS, **more}


def manual_criterion(name: str, points: str, **more: Any) -> Criterion:
    params = manual.parse(manual_data())
    check = CheckSpec(f"{name}/manual", "manual", params)
    return Criterion(name, name.title(), f"report.{name}", Decimal(points), (check,), **more)


def course() -> Rubric:
    """A layer of 6 points, a proof of 4, and an essay of 2 bonus points; 11 at most."""
    layer = Criterion(
        "relu", "ReLU", "layers.relu", Decimal(6), (CheckSpec("relu/output", "output", None),)
    )
    essay = replace(manual_criterion("essay", "2"), bonus=True)
    return Rubric(
        1,
        "hw1",
        "Homework 1",
        HandInRules(("hw",)),
        (layer, manual_criterion("proof", "4"), essay),
        maximum=Decimal(11),
        digest="sha256:aa",
    )


def report_of(
    rubric: Rubric | None = None,
    handin: str = "alice",
    digest: str = DIGEST,
    layer: Outcome = Outcome.PASSED,
    **more: Any,
) -> Report:
    """A report in which nobody has marked anything yet."""
    rubric = rubric or course()
    results: list[CheckResult] = []
    for criterion in rubric.criteria:
        (spec,) = criterion.checks
        if spec.kind == "manual":
            results.append(open_result(spec, (Excerpt("report.pdf", f"on {criterion.id}"),)))
        else:
            credit = 1.0 if layer is Outcome.PASSED else 0.0
            results.append(CheckResult(spec.id, spec.kind, layer, credit, "Words."))
    given: dict[str, Any] = {
        "rubric": rubric,
        "handin_id": handin,
        "handin_digest": digest,
        "handin_kind": "folder",
        "scorecard": score(rubric, results),
        "trust": Trust("B", True),
        "environment": {},
        "notes": ("A note.",),
        "started": "2026-01-01T00:00:00Z",
        "wall_s": 1.0,
        "mode": "grade",
    }
    return build_report(**{**given, **more})
