"""Which checks of a report are open to a mark, and what they say before and after one.

Of a criterion of kind `manual` the one check is. Of another the checks are that were not judged:
left to a person, not run here, or a fault of ours. What was judged stays as it is. A check's words
from before its mark are kept in its evidence, so that the mark may be changed or taken away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from grader.checks.manual import Level, open_result
from grader.errors import UsageError
from grader.marks_given import Mark
from grader.plain_text import clean_text, quote
from grader.records import CheckResult, CheckSpec, Criterion, Outcome, Rubric
from grader.report import Report
from grader.report.model import MARKED_BY_PEOPLE
from grader.report.tally import is_left_to_person
from grader.rescoring import results_of
from grader.rubric.problems import did_you_mean
from grader.scoring import OPEN

# For criteria whose rubric has no levels; and what the report says of each.
LEVELS = (Level(1.0, "full"), Level(0.5, "half"), Level(0.0, "none"))
_SAID = {
    "full": "A person gave full credit.",
    "half": "A person gave half of the credit.",
    "none": "A person gave no credit.",
}

KNOWN_CHARS = 300
_BEFORE = "before"
_EVIDENCE = {_BEFORE, "by", "at", "credit"}


@dataclass(frozen=True, slots=True)
class OpenCriterion:
    """A criterion of a report that can be marked.

    Attributes:
        reported: its open checks as they stand in the report, marked ones included.
        before: the same checks without marks.
        points: those that the open checks decide.
    """

    criterion: Criterion
    reported: tuple[CheckResult, ...]
    before: tuple[CheckResult, ...]
    points: Decimal

    @property
    def marked(self) -> bool:
        """Whether it has a mark."""
        return any(map(is_marked, self.reported))

    @property
    def waits(self) -> bool:
        """Whether its marking was meant for a person, and did not only lack a machine."""
        return any(
            check.outcome is Outcome.UNJUDGED or is_left_to_person(check.kind, check.message)
            for check in self.before
        )

    @property
    def asks(self) -> str:
        """What the person is asked: the rubric's question, or what the open checks say."""
        if by_people(self.criterion):
            asks: str = self.criterion.checks[0].params.asks
            return asks
        said = " ".join(dict.fromkeys(check.message for check in self.before if check.message))
        judged = len(self.criterion.checks) - len(self.before)
        kept = f" {judged} of {len(self.criterion.checks)} checks judged their part, which stays."
        return (said or "This was not judged.") + (kept if judged else "")


def by_people(criterion: Criterion) -> bool:
    """Tells whether people mark a criterion in any case."""
    return criterion.checks[0].kind == MARKED_BY_PEOPLE


def levels_of(criterion: Criterion) -> tuple[Level, ...]:
    """Gives the answers to choose from, the best first."""
    if not by_people(criterion):
        return LEVELS
    levels: tuple[Level, ...] = criterion.checks[0].params.levels
    return levels


def open_to_mark(report: Report, rubric: Rubric) -> tuple[OpenCriterion, ...]:
    """Finds what can be marked, in the rubric's order; marks that a report has change nothing.

    In a report of mode `check`, and in one that is not finished, checks are open that will be
    judged; there only what people mark in any case can be marked.
    """
    reported = {one.id: one for one in results_of(report)}
    is_final = report.mode == "grade" and report.finished
    found = []
    for criterion in rubric.criteria:
        now, before, weight = [], [], Decimal(0)
        for spec in criterion.checks if is_final or by_people(criterion) else ():
            check = reported.get(spec.id)
            unmarked = None if check is None else _without_mark(spec, check)
            if check is not None and unmarked is not None and unmarked.outcome in OPEN:
                now.append(check)
                before.append(unmarked)
                weight += spec.weight
        if before:
            whole = sum((spec.weight for spec in criterion.checks), Decimal(0))
            points = criterion.points * weight / whole
            found.append(OpenCriterion(criterion, tuple(now), tuple(before), points))
    return tuple(found)


def find_open(found: Sequence[OpenCriterion], rubric: Rubric, name: str) -> OpenCriterion:
    """Finds a criterion that can be marked by its id.

    Raises:
        UsageError: there is none, or none of its checks is open.
    """
    known = [one.criterion.id for one in found]
    if name in known:
        return found[known.index(name)]
    those = f" Those are: {clean_text(', '.join(known) or 'none', KNOWN_CHARS)}."
    if any(name == criterion.id for criterion in rubric.criteria):
        raise UsageError(
            f"{name} cannot be marked: none of its checks is open, and what they judged stays. "
            f"Mark criteria that are open.{those}"
        )
    raise UsageError(
        f"{quote(name)} is no criterion that people mark.{did_you_mean(name, known)}{those}"
    )


def is_marked(check: CheckResult) -> bool:
    """Tells whether a check has its result from a person."""
    if check.kind == MARKED_BY_PEOPLE:
        return check.outcome not in OPEN
    return set(check.evidence) == _EVIDENCE and isinstance(check.evidence[_BEFORE], Mapping)


def said_of(criterion: Criterion, level: str, credit: Decimal) -> str:
    """Says in the report what a person found; without a level, the credit."""
    words = level if by_people(criterion) else _SAID.get(level, "")
    return words or f"A person gave {float(credit):g} of the credit."


def with_mark(criterion: Criterion, check: CheckResult, mark: Mark, *, first: bool) -> CheckResult:
    """Makes the result that a mark gives.

    Args:
        criterion: the check's.
        check: as it was before the mark.
        mark: of the criterion.
        first: whether the check is the criterion's first open one, which carries the comment.
    """
    credit = float(mark.credit)
    partly = Outcome.PARTIAL if credit else Outcome.FAILED
    given = {"by": mark.by, "at": mark.at, "credit": credit}
    return CheckResult(
        id=check.id,
        kind=check.kind,
        outcome=Outcome.PASSED if credit == 1.0 else partly,
        credit=credit,
        message=said_of(criterion, mark.level, mark.credit),
        evidence={**_kept(check), **given},
        advice=(mark.comment,) if mark.comment and first else (),
        wall_s=check.wall_s,
        cpu_s=check.cpu_s,
    )


def shown_work(check: CheckResult) -> tuple[list[dict[str, str]], str]:
    """Gives the excerpts that a report has for a question, and a sentence on what is lacking.

    What has not their form, as in a report that was edited, is left out.
    """
    shown = check.evidence.get("shown")
    kept = [
        {"where": str(one.get("where", "")), "text": str(one.get("text", ""))}
        for one in (shown if isinstance(shown, list) else ())
        if isinstance(one, Mapping)
    ]
    return kept, str(check.evidence.get("lacking", ""))


def _kept(check: CheckResult) -> Mapping[str, object]:
    """Gives what stays of a check in the evidence of its mark."""
    if check.kind == MARKED_BY_PEOPLE:
        shown, lacking = shown_work(check)
        return {"shown": shown, "lacking": lacking}
    return {
        _BEFORE: {
            "outcome": str(check.outcome),
            "message": check.message,
            "hint": check.hint,
            "advice": list(check.advice),
            "evidence": check.evidence,
        }
    }


def _without_mark(spec: CheckSpec, check: CheckResult) -> CheckResult:
    """Gives a check as it was before its mark."""
    if not is_marked(check):
        return check
    if check.kind == MARKED_BY_PEOPLE:
        opened = open_result(spec, *shown_work(check))
        return replace(opened, wall_s=check.wall_s, cpu_s=check.cpu_s)
    before = check.evidence[_BEFORE]
    unjudged = before.get("outcome") == Outcome.UNJUDGED
    evidence, advice = before.get("evidence"), before.get("advice")
    return CheckResult(
        id=check.id,
        kind=check.kind,
        outcome=Outcome.UNJUDGED if unjudged else Outcome.NOT_RUN_HERE,
        credit=0.0,
        message=str(before.get("message", "")),
        hint=str(before.get("hint", "")),
        evidence=evidence if isinstance(evidence, Mapping) else {},
        advice=tuple(map(str, advice)) if isinstance(advice, list | tuple) else (),
        wall_s=check.wall_s,
        cpu_s=check.cpu_s,
    )
