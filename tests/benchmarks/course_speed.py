"""Times `grader check` on each assignment beside tests in the style of its own course."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cold_processes import PROJECT, summary, timed

COURSE_TESTS = Path(__file__).with_name("course_tests")


def assignments() -> list[str]:
    """Lists the assignments that have tests in the course's own style."""
    return sorted(path.stem for path in COURSE_TESTS.glob("*_*.py"))


def rows(assignment: str, rounds: int) -> dict[str, Any]:
    """Times the check of an assignment's correct hand-in beside the course's own style of tests."""
    base = PROJECT / "tests" / "handins" / assignment / "base"
    (package,) = {path.parent for path in base.glob("*/*.py")}
    # What the course provides lies beside what is handed in.
    provided = PROJECT / "student_template" / assignment / package.name
    path = os.pathsep.join(map(str, (package, provided, COURSE_TESTS)))
    check = [sys.executable, "-m", "grader", "check", base, "--assignment", assignment]
    plain = plain_criteria(assignment)
    ways: dict[str, list[Any]] = {
        "check": check,
        "check_numpy": [*check, *(part for name in plain for part in ("--only", name))],
        "course_tests": [sys.executable, COURSE_TESTS / f"{assignment}.py"],
    }
    if not plain:
        del ways["check_numpy"]
    wall_s: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, command in ways.items():
            wall_s[name].append(timed(command, {"PYTHONPATH": path} if "tests" in name else {})[0])
    return {name: summary(values) for name, values in wall_s.items()}


def plain_criteria(assignment: str) -> list[str]:
    """Lists the criteria that are judged without PyTorch."""
    from grader.checks import CHECK_KINDS
    from grader.checks.cases import library_needed
    from grader.rubric import load_rubric

    rubric = load_rubric(PROJECT / "rubrics" / assignment / "rubric.yaml", CHECK_KINDS)
    return [
        one.id
        for one in rubric.criteria
        if not any(library_needed(spec.params) for spec in one.checks)
    ]


def line(assignment: str, found: Mapping[str, Mapping[str, float]]) -> str:
    """Lays an assignment's figures out beside their targets."""
    check, tests = found["check"]["median"], found["course_tests"]["median"]
    numpy = f"{found['check_numpy']['median']:.2f} s" if "check_numpy" in found else "-"
    return f"{assignment:<28}{check:>7.2f} s{numpy:>12}{tests:>9.2f} s   <= 6 s, <= 2 s"
