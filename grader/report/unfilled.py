"""Which criteria a student has not begun: these are listed, not told one by one.

A first run on the template would else fill ten screens with one sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.records import Outcome
from grader.report.model import ReportedCriterion

# As the checks say it, and as a gap in a template says it.
_SIGNS = ("is not filled in yet", "raised NotImplementedError")
_JUDGED_RIGHT = frozenset({Outcome.PASSED, Outcome.NOT_RUN_HERE})
FEW = 3  # which are told one by one


def apart(
    wrong: Sequence[ReportedCriterion],
) -> tuple[list[ReportedCriterion], list[ReportedCriterion]]:
    """Tell what is wrong from what has not been begun, where that is more than a few."""
    begun = [one for one in wrong if not is_unfilled(one)]
    unfilled = [one for one in wrong if is_unfilled(one)]
    return (begun, unfilled) if len(unfilled) > FEW else (list(wrong), [])


def is_unfilled(criterion: ReportedCriterion) -> bool:
    """Tell whether each check of a criterion that found fault found nothing filled in."""
    failed = [check for check in criterion.checks if check.outcome not in _JUDGED_RIGHT]
    return bool(failed) and all(any(sign in check.message for sign in _SIGNS) for check in failed)
