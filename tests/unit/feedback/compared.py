"""Arrays with what was expected, and results of them, for the tests of explanations."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.records import CheckResult, Compared, Outcome


def numbers(*shape: int, seed: int = 0) -> Any:
    """Draws an array."""
    return np.random.default_rng(seed).normal(size=shape)


def one(actual: Any, expected: Any, name: str = "dx", case: str = "", **more: Any) -> Compared:
    """Compares two arrays."""
    same = actual is not None and np.shape(actual) == np.shape(expected)
    wrong = more.pop("wrong", not (same and np.allclose(actual, expected, rtol=1e-8, atol=1e-9)))
    return Compared(case, name, actual, expected, wrong, **more)


def failed(*arrays: Compared, name: str = "layer/gradient", hint: str = "") -> CheckResult:
    """Makes the result of a check that failed."""
    return CheckResult(name, "gradient", Outcome.FAILED, 0.0, "It is wrong.", hint, compared=arrays)
