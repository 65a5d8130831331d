"""Says of each compared value how much of the allowed difference it used, for a later re-scoring.

A report that holds this can be scored by another tolerance without running any student code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from grader.checks.judging import Judged
from grader.closeness import Tolerance

OF_ALLOWED: Final = "of_allowed"  # keys in the evidence of a case
TOLERANCE: Final = "tolerance"
SINGLE: Final = "single"

# Smaller shares are rounding noise, which may change from run to run; they are written as 0.
LEAST: Final = 1e-3


def margins(judged: Mapping[str, Judged], tolerance: Tolerance) -> dict[str, Any]:
    """Makes the evidence of the values that were compared element by element.

    The keys are `of_allowed`, by name the largest `|actual - expected|` over what is allowed at
    that element; `tolerance`, that of the case; and `single`, the names of values that came as
    float32 and were allowed more, where there are any. Empty where nothing was compared.

    >>> margins({"dx": Judged(None, of_allowed=0.04321)}, Tolerance(1e-8, 1e-9))[OF_ALLOWED]
    {'dx': 0.0432}
    """
    found = {
        name: _written(one.of_allowed) for name, one in judged.items() if one.of_allowed is not None
    }
    if not found:
        return {}
    single = [name for name, one in judged.items() if one.single]
    return {
        OF_ALLOWED: found,
        TOLERANCE: {"rtol": tolerance.rtol, "atol": tolerance.atol},
        **({SINGLE: single} if single else {}),
    }


def _written(ratio: float) -> float:
    if ratio > 1:
        return ratio
    return float(f"{ratio:.3g}") if ratio >= LEAST else 0.0
