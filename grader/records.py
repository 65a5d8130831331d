"""The values that flow down the pipeline.

Every stage takes one of these records and returns the next; all are frozen. The module knows
no file format, no process and no numerics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, Any] = MappingProxyType({})


class Outcome(StrEnum):
    """What became of one check, or of one criterion."""

    PASSED = "passed"  # full credit
    PARTIAL = "partial"  # some credit
    FAILED = "failed"  # it ran and gave a wrong answer
    ERRORED = "errored"  # the hand-in's own code raised
    TIMED_OUT = "timed_out"  # the hand-in's own code ran past its wall-clock limit
    SKIPPED = "skipped"  # something that it needs failed, so it cannot be judged
    NOT_RUN_HERE = "not_run_here"  # hidden, or needs something that this machine lacks
    UNJUDGED = "unjudged"  # a fault of ours: a person must look


class Visibility(StrEnum):
    """Who sees a criterion or a check, and when."""

    VISIBLE = "visible"
    AFTER_DUE = "after_due"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one check may use.

    Attributes:
        wall_s: wall-clock seconds on the grader's clock.
        memory_mib: address space of the worker, in MiB.
    """

    wall_s: float = 10.0
    memory_mib: int = 2048


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One question of a rubric.

    Attributes:
        id: `<criterion>/<name>`, unique in the rubric.
        kind: name of the check kind.
        params: the kind's own frozen parameter record.
        weight: share of the criterion's points, relative to its other checks.
        visibility: at least as restricted as the criterion's.
        limits: what the worker may use to answer.
        hint: what to do when it fails; empty when the rubric gives none.
    """

    id: str
    kind: str
    params: Any
    weight: Decimal = Decimal(1)
    visibility: Visibility = Visibility.VISIBLE
    limits: Limits = Limits()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """What tells a network under a name of the student's own from others.

    Attributes:
        inputs: shape of one example.
        outputs: how many scores an example may get.
    """

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """Points for one subject, and the checks that decide them.

    Attributes:
        subject: dotted path below the hand-in's root, e.g. `layers.affine_forward`.
        needs: ids of the criteria that this one builds on.
        optional: a hand-in without a file for the subject leaves it to a person, and loses nothing.
        bonus: the points come on top of what is possible.
        free_name: the text gives the subject no name; a hand-in in which nothing goes by the one
            that the template has is left to a person, and loses nothing.
        network: what the subject is taken for under another name, where its name is free.
    """

    id: str
    title: str
    subject: str
    points: Decimal
    checks: tuple[CheckSpec, ...]
    visibility: Visibility = Visibility.VISIBLE
    needs: tuple[str, ...] = ()
    optional: bool = False
    bonus: bool = False
    free_name: bool = False
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class HandInRules:
    """What a hand-in of this assignment looks like.

    Attributes:
        roots: accepted names of the package folder.
        accept: accepted kinds, `folder`, `zip`, `notebook` and `script`.
        provided: modules that the course ships, as paths below the root.
        forbidden: libraries that the assignment bans; absent from the worker.
        notebooks: modules, as paths below the root, that notebooks may stand for, each with the
            patterns of names that such notebooks have.
        answers: names that the answer sheet may have; none where there is no sheet.
    """

    roots: tuple[str, ...]
    accept: tuple[str, ...] = ("folder", "zip")
    provided: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    notebooks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rubric:
    """A rubric file, checked.

    Attributes:
        families: family name to the dotted paths of functions that share a private cache, and
            are therefore lent together when one of them is broken.
        maximum: the most that a hand-in can earn, bonus included; `None` where nothing limits it.
        digest: `sha256:` of the file's bytes.
        path: where the file was read from; empty for a rubric made in memory.
    """

    schema_version: int
    assignment: str
    title: str
    handin: HandInRules
    criteria: tuple[Criterion, ...]
    families: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    maximum: Decimal | None = None
    digest: str = ""
    path: str = ""

    @property
    def possible(self) -> Decimal:
        """Sum of all criteria's points, without bonus."""
        points = (criterion.points for criterion in self.criteria if not criterion.bonus)
        return sum(points, Decimal(0))


@dataclass(frozen=True, slots=True)
class Compared:
    """An array of the hand-in with what it was compared with; it never leaves the memory.

    Attributes:
        case: name of the case; empty where a check has one alone.
        name: how the reader calls the array.
        actual: as it was exported; `None` where the hand-in did not give it.
        expected: any shape.
        wrong: it lost credit.
        inputs: values of the case by name, in the order of the subject's parameters.
        upstream: gradient of a scalar by the output; `None` where there is none.
        options: of the case's calling style.
    """

    case: str
    name: str
    actual: Any
    expected: Any
    wrong: bool
    inputs: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    upstream: Any = None
    options: Mapping[str, Any] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found.

    Attributes:
        credit: 0 to 1; 0 whenever nothing was judged.
        message: what happened and why, in full sentences, with the student's own names.
        hint: what to do next; empty rather than a guess.
        evidence: raw measurements, JSON values only.
        advice: findings that cost nothing.
        wall_s: wall-clock seconds on the grader's clock.
        cpu_s: CPU seconds of the worker, as far as known.
        notes: what its worker had to say of the hand-in as a whole, for the report.
        compared: the arrays of all cases that the text promises, for a diagnosis; no part of a
            report.
    """

    id: str
    kind: str
    outcome: Outcome
    credit: float
    message: str = ""
    hint: str = ""
    evidence: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    advice: tuple[str, ...] = ()
    wall_s: float = 0.0
    cpu_s: float = 0.0
    notes: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """Points of one criterion, rounded once.

    Attributes:
        lower: points that are certain.
        upper: points that are still possible, checks that were not run here included.
    """

    criterion: Criterion
    outcome: Outcome
    awarded: Decimal
    lower: Decimal
    upper: Decimal
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All criteria's points and their sums."""

    criteria: tuple[CriterionScore, ...]
    awarded: Decimal
    possible: Decimal
    lower: Decimal
    upper: Decimal
    needs_review: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the worker was isolated, as it was seen and not as it was hoped.

    Attributes:
        tier: `A`, `B` or `C`; see the README's table.
        isolated: whether a score may be relied on.
        held: the layers that were put in place and confirmed.
        missing: the layers that were not.
        refused: forbidden acts that the self-test saw refused.
        allowed: forbidden acts that the self-test saw done.
    """

    tier: str
    isolated: bool
    held: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
