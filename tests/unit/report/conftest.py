"""Reports to render, made by the real scoring from a few words for each check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grader.records import (
    CheckResult,
    CheckSpec,
    Criterion,
    HandInRules,
    Outcome,
    Rubric,
    Trust,
    Visibility,
)
from grader.report import Report, build_report
from grader.scoring import score

CREDIT = {Outcome.PASSED: 1.0, Outcome.PARTIAL: 0.5}

Asked = tuple[Criterion, tuple[CheckResult, ...]]


def asked(
    name: str,
    points: str = "5",
    outcome: Outcome = Outcome.PASSED,
    message: str = "",
    *,
    visibility: Visibility = Visibility.VISIBLE,
    checks: tuple[str, ...] = ("output",),
    outcomes: tuple[Outcome, ...] = (),
    **more: Any,
) -> Asked:
    """Make a criterion and the results of its checks; `message` is of those that did not pass."""
    specs, results = [], []
    for at, check in enumerate(checks):
        became = outcomes[at] if outcomes else outcome
        specs.append(CheckSpec(f"{name}/{check}", "output", None, visibility=visibility))
        found = CheckResult(f"{name}/{check}", "output", became, CREDIT.get(became, 0.0))
        results.append(
            replace(found, message="" if became is Outcome.PASSED else message, wall_s=0.1, **more)
        )
    title = name.replace("_", " ").capitalize()
    criterion = Criterion(name, title, f"layers.{name}", Decimal(points), tuple(specs), visibility)
    return criterion, tuple(results)


def report_of(*criteria: Asked, **more: Any) -> Report:
    """Make a report of criteria."""
    rubric = Rubric(
        1,
        "hw1",
        "Homework 1",
        HandInRules(("hw",)),
        tuple(one for one, _ in criteria),
        digest="sha256:aa",
    )
    given: dict[str, Any] = {
        "rubric": rubric,
        "handin_id": "alice",
        "handin_digest": "sha256:bb",
        "handin_kind": "folder",
        "scorecard": score(rubric, [one for _, results in criteria for one in results]),
        "trust": Trust("C", False, ("separate_process",), ("namespaces",)),
        "environment": {"python": "3.11.7", "numpy": "2.0", "grader": "0.1.0", "device": "cpu"},
        "notes": (),
        "started": "2026-01-01T00:00:00Z",
        "wall_s": 2.13,
        "mode": "check",
    }
    return build_report(**{**given, **more})


@pytest.fixture
def make() -> Callable[..., Asked]:
    return asked


@pytest.fixture
def report() -> Callable[..., Report]:
    return report_of
