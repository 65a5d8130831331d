"""Autograder for deep-learning courses; the public names, each imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "CheckResult": "grader.records",
    "CheckSpec": "grader.records",
    "Criterion": "grader.records",
    "GraderError": "grader.errors",
    "GradingRequest": "grader.pipeline",
    "HandIn": "grader.handin",
    "HandInError": "grader.errors",
    "Observer": "grader.pipeline",
    "Outcome": "grader.records",
    "ReferenceFault": "grader.errors",
    "Report": "grader.report",
    "Rubric": "grader.records",
    "RubricError": "grader.errors",
    "Scorecard": "grader.records",
    "Trust": "grader.records",
    "UsageError": "grader.errors",
    "Visibility": "grader.records",
    "WorkerError": "grader.errors",
    "grade_handin": "grader.pipeline",
    "load_rubric": "grader.rubric",
    "read_handin": "grader.handin",
    "read_report": "grader.report",
    "score": "grader.scoring",
    "write_report": "grader.report",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'grader' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
