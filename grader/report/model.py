"""The report: what became of one hand-in, as frozen records and as JSON.

The JSON is a contract (`report.schema.json`): same inputs, same bytes, apart from the times. The
module decides what of a hidden check may be told; it knows no terminal and no file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from grader.records import (
    EMPTY,
    CheckResult,
    CheckSpec,
    Criterion,
    CriterionScore,
    Outcome,
    Rubric,
    Scorecard,
    Trust,
    Visibility,
)

SCHEMA_VERSION = 1

Mode = Literal["check", "grade"]

# What a report says about the machine, in this order; each is text and may be empty.
ENVIRONMENT = ("python", "numpy", "torch", "device", "grader", "rubric_digest")

# Outcomes of checks that were not judged, and so took no credit away.
NOT_JUDGED = frozenset({Outcome.NOT_RUN_HERE, Outcome.UNJUDGED})

_LEAST_RESTRICTED_FIRST = (Visibility.VISIBLE, Visibility.AFTER_DUE, Visibility.HIDDEN)


@dataclass(frozen=True, slots=True)
class ReportedHandIn:
    """Which hand-in the report is about, and what intake had to say of it."""

    id: str
    digest: str
    kind: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportedScore:
    """The points of the whole hand-in; `lower` and `upper` are their honest range."""

    awarded: Decimal
    possible: Decimal
    lower: Decimal
    upper: Decimal
    needs_review: bool


@dataclass(frozen=True, slots=True)
class ReportedCheck:
    """What one check found, less what its visibility forbids to tell."""

    id: str
    kind: str
    outcome: Outcome
    credit: float
    visibility: Visibility
    message: str
    hint: str
    advice: tuple[str, ...]
    evidence: Mapping[str, Any]
    wall_s: float
    cpu_s: float

    @property
    def lost_credit(self) -> bool:
        """Whether it was judged and earned less than all."""
        return self.outcome not in NOT_JUDGED and self.credit < 1.0


@dataclass(frozen=True, slots=True)
class ReportedCriterion:
    """The points of one criterion and the checks that decided them."""

    id: str
    title: str
    subject: str
    points: Decimal
    awarded: Decimal
    lower: Decimal
    upper: Decimal
    outcome: Outcome
    visibility: Visibility
    checks: tuple[ReportedCheck, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told about one hand-in; `report.schema.json` describes each field."""

    schema_version: int
    assignment: str
    mode: Mode
    handin: ReportedHandIn
    score: ReportedScore
    criteria: tuple[ReportedCriterion, ...]
    trust: Trust
    environment: Mapping[str, str]
    started: str
    wall_s: float

    @property
    def lost_credit(self) -> bool:
        """Whether anything that was judged earned less than full credit."""
        return any(check.lost_credit for one in self.criteria for check in one.checks)

    def to_json(self) -> str:
        """Write the report as JSON: fields in the contract's order, ASCII, a line feed at the end.

        ASCII, because a message may quote the hand-in: what would repaint a terminal stays an
        escape in the file.

        Raises:
            ValueError: a number outside the evidence is not finite.
        """
        return json.dumps(_plain(self), indent=2, allow_nan=False) + "\n"


def build_report(
    *,
    rubric: Rubric,
    handin_id: str,
    handin_digest: str,
    handin_kind: str,
    scorecard: Scorecard,
    trust: Trust,
    environment: Mapping[str, str],
    notes: Sequence[str],
    started: str,
    wall_s: float,
    mode: Mode,
) -> Report:
    """Put together what a run found out.

    Args:
        rubric: gives the assignment and, unless the environment does, the digest.
        handin_id: the hand-in's display name.
        handin_digest: `sha256:` of its files.
        handin_kind: `folder` or `zip`.
        scorecard: the points, from `grader.scoring`.
        trust: how far the worker was isolated.
        environment: some of `ENVIRONMENT`; what is left out is empty in the report.
        notes: what intake noticed about the hand-in.
        started: when the run began, ISO 8601 in UTC.
        wall_s: how long it took on the grader's clock.
        mode: in `check`, hidden checks carry neither words nor measurements.

    Raises:
        ValueError: `environment` has a key that a report does not know.
        TypeError: the evidence of a check holds something that is no JSON value.
    """
    for key in environment:
        if key not in ENVIRONMENT:
            raise ValueError(f"'{key}' is not in a report's environment: {', '.join(ENVIRONMENT)}.")
    described = {"rubric_digest": rubric.digest, **environment}
    return Report(
        schema_version=SCHEMA_VERSION,
        assignment=rubric.assignment,
        mode=mode,
        handin=ReportedHandIn(handin_id, handin_digest, handin_kind, tuple(notes)),
        score=ReportedScore(
            **{one.name: getattr(scorecard, one.name) for one in fields(ReportedScore)}
        ),
        criteria=tuple(_criterion(one, mode) for one in scorecard.criteria),
        trust=trust,
        environment=MappingProxyType({key: described.get(key, "") for key in ENVIRONMENT}),
        started=started,
        wall_s=round(wall_s, 6),
    )


def _criterion(scored: CriterionScore, mode: Mode) -> ReportedCriterion:
    criterion = scored.criterion
    return ReportedCriterion(
        id=criterion.id,
        title=criterion.title,
        subject=criterion.subject,
        points=criterion.points,
        awarded=scored.awarded,
        lower=scored.lower,
        upper=scored.upper,
        outcome=scored.outcome,
        visibility=criterion.visibility,
        checks=tuple(
            _check(criterion, spec, result, mode)
            for spec, result in zip(criterion.checks, scored.checks, strict=True)
        ),
    )


def _check(criterion: Criterion, spec: CheckSpec, result: CheckResult, mode: Mode) -> ReportedCheck:
    visibility = max(criterion.visibility, spec.visibility, key=_LEAST_RESTRICTED_FIRST.index)
    told = mode == "grade" or visibility is Visibility.VISIBLE
    return ReportedCheck(
        id=result.id,
        kind=result.kind,
        outcome=result.outcome,
        credit=float(result.credit),
        visibility=visibility,
        message=result.message if told else "",
        hint=result.hint if told else "",
        advice=result.advice if told else (),
        evidence=_evidence(result.evidence if told else EMPTY, result.id),
        wall_s=round(result.wall_s, 6),
        cpu_s=round(result.cpu_s, 6),
    )


def _evidence(value: Any, check_id: str) -> Any:
    """Copy measurements as JSON values: keys sorted, a number that is not finite as its name."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        # A hand-in may well compute NaN; JSON has no word for it, so the report writes its name.
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, Mapping):
        return {str(key): _evidence(value[key], check_id) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [_evidence(item, check_id) for item in value]
    raise TypeError(
        f"The evidence of check '{check_id}' holds a {type(value).__name__}; "
        "a report carries JSON values only."
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
