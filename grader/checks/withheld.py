"""Kind `withheld`: a check that a student's copy of a rubric does not give away.

It keeps the place and the weight of a check that is asked when the work is graded, so that the
points of a practice run add up and its range is honest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grader.checks.kind import CheckKind
from grader.checks.question import Question
from grader.records import CheckResult, Outcome

NAME: Final = "withheld"
MESSAGE: Final = "Asked when the work is graded. This copy of the rubric does not say what."


@dataclass(frozen=True, slots=True)
class WithheldParams:
    """Nothing is known of the check."""


def parse(data: Mapping[str, Any]) -> WithheldParams:
    """Reads nothing: such a check has no keys of its own."""
    return WithheldParams()


def run(question: Question) -> CheckResult:
    """Leaves the check open."""
    spec = question.spec
    return CheckResult(spec.id, spec.kind, Outcome.NOT_RUN_HERE, 0.0, MESSAGE)


KIND: Final = CheckKind(
    name=NAME,
    summary="nothing here: it stands for a check that is asked when the work is graded",
    properties={},
    required=(),
    parse=parse,
    run=run,
    asks_worker=False,
)
