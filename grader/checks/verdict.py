"""From findings to a check result: one wording and one rule for all kinds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.checks.difference_map import MAPS
from grader.checks.question import Question
from grader.records import EMPTY, CheckResult, Compared, Outcome
from grader.worker.program import Fault, FaultKind


@dataclass(frozen=True, slots=True)
class Finding:
    """What one case of a check showed.

    Attributes:
        case: the case's name; empty where there is only one.
        outcome: passed, failed, errored or skipped.
        credit: 0 to 1.
        beyond_text: a failure is advice and costs nothing.
        compared: values were compared, so the check's own hint is to the point.
        arrays: what was compared, for a diagnosis.
    """

    case: str
    outcome: Outcome
    credit: float = 0.0
    message: str = ""
    hint: str = ""
    beyond_text: bool = False
    compared: bool = True
    advice: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    arrays: tuple[Compared, ...] = field(default=(), repr=False, compare=False)


def fault_finding(name: str, fault: Fault, case: str, beyond_text: bool) -> Finding:
    """Words a fault of the hand-in."""
    message = fault.message
    if fault.kind is FaultKind.RAISED:
        message = f"{name} {message}"
    outcome = Outcome.ERRORED if fault.kind is FaultKind.RAISED else Outcome.FAILED
    # A name that is missing is missing in every case.
    case = "" if fault.kind is FaultKind.MISSING else case
    return Finding(case, outcome, 0.0, message, fault.hint, beyond_text, compared=False)


def result(question: Question, findings: Sequence[Finding]) -> CheckResult:
    """Makes the check's result.

    The credit is that of the worst case that the text promises; cases beyond the text only give
    advice. The message is that of the first such case, with the number of the others.
    """
    counted = [finding for finding in findings if not finding.beyond_text]
    failing = [finding for finding in counted if finding.outcome is not Outcome.PASSED]
    advice = [line for finding in findings for line in finding.advice]
    said = {finding.message for finding in failing}
    for finding in findings:
        new = finding.message not in said
        if finding.beyond_text and finding.outcome is not Outcome.PASSED and new:
            advice.append(f"Beyond the text, no points: {_of_case(finding)}")
    credit = min((finding.credit for finding in counted), default=1.0)
    worst = failing[0] if failing else None
    if worst is None:
        outcome = Outcome.PASSED
    else:
        outcome = Outcome.PARTIAL if 0 < credit < 1 else worst.outcome
    message = ""
    if worst is not None:
        message = _of_case(worst)
        if len(failing) > 1 and worst.case:
            message += f" {len(failing)} of {len(counted)} cases fail; this is the first."
    return CheckResult(
        id=question.spec.id,
        kind=question.spec.kind,
        outcome=outcome,
        credit=credit,
        message=message,
        hint=_hint(question, worst) if worst is not None else "",
        evidence={"cases": [_evidence(finding, finding is worst) for finding in findings]},
        advice=tuple(dict.fromkeys(advice)),
        compared=tuple(each for finding in counted for each in finding.arrays),
    )


def _hint(question: Question, finding: Finding) -> str:
    return finding.hint or (question.spec.hint if finding.compared else "")


def _of_case(finding: Finding) -> str:
    where = f" ({finding.case})" if finding.case else ""
    text = finding.message.rstrip()
    if text.endswith((".", "!", "?")):
        return f"{text[:-1]}{where}{text[-1]}"
    return f"{text}{where}."


def _evidence(finding: Finding, told: bool) -> dict[str, Any]:
    """Gathers what a case measured; only the case that the message is about has pictures."""
    return {
        "case": finding.case,
        "outcome": str(finding.outcome),
        "credit": finding.credit,
        **{key: finite(value) for key, value in finding.evidence.items() if told or key != MAPS},
    }


def finite(value: Any) -> Any:
    """Makes a measurement fit for JSON, which knows neither NaN nor infinity."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value
