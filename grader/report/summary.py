"""A report as one flat row, for the formats that sum up a class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.report.model import Report
from grader.report.signature import SignatureState
from grader.report.tally import tally


@dataclass(frozen=True, slots=True)
class Summary:
    """One report in a table; the names of the fields are those of the columns.

    Attributes:
        handin: the hand-in's display name, which a student may have chosen.
        mode: `check` for a practice run, `grade` for one that counts.
        awarded: points earned, bonus included, to the maximum at most.
        bonus: of these, what is bonus.
        possible: points of the whole rubric, without bonus.
        judged: of these, what has been judged; people may have to mark the rest.
        finished: whether the run came to its end; if not, its points are not the hand-in's.
        tier: how far the worker was isolated, `A`, `B` or `C`.
        signature: a `SignatureState`.
        digest: `sha256:` of the hand-in's files.
        report: the report's file, which tells hand-ins of the same name apart.
    """

    handin: str
    assignment: str
    mode: str
    finished: bool
    awarded: Decimal
    bonus: Decimal
    possible: Decimal
    judged: Decimal
    lower: Decimal
    upper: Decimal
    needs_review: bool
    tier: str
    signature: str
    digest: str
    report: str


# What a format is: a function from rows to the whole text of a file.
Writer = Callable[[Sequence[Summary]], str]


def summarize(report: Report, signature: SignatureState, file: str) -> Summary:
    """Sum a report up."""
    score, found = report.score, tally(report)
    return Summary(
        handin=report.handin.id,
        assignment=report.assignment,
        mode=report.mode,
        finished=report.finished,
        awarded=score.awarded,
        bonus=found.bonus,
        possible=score.possible,
        judged=found.judged,
        lower=score.lower,
        upper=score.upper,
        needs_review=score.needs_review,
        tier=report.trust.tier,
        signature=signature.value,
        digest=report.handin.digest,
        report=file,
    )
