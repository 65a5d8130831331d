"""The report: what became of one hand-in, as frozen records and as JSON.

The JSON is a contract (`report.schema.json`): same inputs, same bytes, apart from the times and the
signature over them. The module decides what of a hidden check may be told, and lets no character
in that hides or moves what stands around it; it knows no terminal and no file.
"""

from __future__ import annotations

import json
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
from grader.report.plain_values import plain_evidence, plain_name, plain_text, plain_texts

SCHEMA_VERSION = 4

Mode = Literal["check", "grade"]

# What a report says about the machine, in this order; each is text and may be empty.
ENVIRONMENT = ("python", "numpy", "torch", "device", "grader", "rubric_digest")

# Outcomes of checks that were not judged, and so took no credit away.
NOT_JUDGED = frozenset({Outcome.NOT_RUN_HERE, Outcome.UNJUDGED})

# The kind of the checks that people mark. Until they have, these are not run here.
MARKED_BY_PEOPLE = "manual"
# Kinds that judge papers: their subjects are no names in the hand-in's code.
OF_PAPERS = frozenset({"answer", "files", MARKED_BY_PEOPLE, "notebook"})

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
    """The points of the whole hand-in; `lower` and `upper` are their honest range.

    What was awarded holds bonus points, what is possible does not; `maximum` is the most that can
    be awarded, and `None` where nothing limits it.
    """

    awarded: Decimal
    possible: Decimal
    maximum: Decimal | None
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
    bonus: bool
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
    finished: bool
    handin: ReportedHandIn
    score: ReportedScore
    criteria: tuple[ReportedCriterion, ...]
    trust: Trust
    environment: Mapping[str, str]
    started: str
    wall_s: float
    signature: str = ""

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
        return json.dumps(json_value(self), indent=2, allow_nan=False) + "\n"


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
    finished: bool = True,
    criteria: Sequence[ReportedCriterion] | None = None,
) -> Report:
    """Put together what a run found out.

    Characters that hide or move text become visible escapes, wherever they come from: a reader of
    the JSON need not know which of its texts may quote the hand-in.

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
        finished: whether the run came to its end; if not, a person must look.
        criteria: those of the scorecard where they have been reported before.

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
        finished=finished,
        handin=ReportedHandIn(
            plain_name(handin_id), handin_digest, handin_kind, plain_texts(notes)
        ),
        score=ReportedScore(
            awarded=scorecard.awarded,
            possible=scorecard.possible,
            maximum=rubric.maximum,
            lower=scorecard.lower,
            upper=scorecard.upper,
            needs_review=scorecard.needs_review or not finished,
        ),
        criteria=tuple(
            [report_criterion(one, mode) for one in scorecard.criteria]
            if criteria is None
            else criteria
        ),
        trust=trust,
        environment=MappingProxyType({key: described.get(key, "") for key in ENVIRONMENT}),
        started=started,
        wall_s=round(wall_s, 6),
    )


def report_criterion(scored: CriterionScore, mode: Mode) -> ReportedCriterion:
    """Put together what is told of one criterion.

    Raises:
        TypeError: the evidence of a check holds something that is no JSON value.
    """
    criterion = scored.criterion
    return ReportedCriterion(
        id=criterion.id,
        title=criterion.title,
        subject=criterion.subject,
        points=criterion.points,
        bonus=criterion.bonus,
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
        message=plain_text(result.message) if told else "",
        hint=plain_text(result.hint) if told else "",
        advice=plain_texts(result.advice) if told else (),
        evidence=plain_evidence(result.evidence if told else EMPTY, result.id),
        wall_s=round(result.wall_s, 6),
        cpu_s=round(result.cpu_s, 6),
    )


def json_value(value: Any) -> Any:
    """Make the plain value that JSON writes: records as objects, points as numbers."""
    if value is None or isinstance(value, str | int | float):  # first: most of a report is this
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: json_value(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: json_value(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [json_value(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
