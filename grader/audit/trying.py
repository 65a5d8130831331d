"""Puts one wrong solution to the rubric, and says what became of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from grader.audit.probing import NEAREST, Likeness, Prober
from grader.audit.wrong import Wrong
from grader.checks.margins import OF_ALLOWED
from grader.records import CheckResult
from grader.scoring import OPEN
from grader.variant_trials import Trial, TrialStand

Fate = Literal["killed", "same", "given", "open", "survived"]
WITHOUT_NUMBER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Caught:
    """One check that took credit.

    Attributes:
        cases: names of its cases that failed.
        ratio: the largest difference over the one allowed, infinite where something else was wrong.
    """

    criterion: str
    check: str
    cases: tuple[str, ...]
    ratio: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a wrong solution.

    Attributes:
        fate: `given` where the fault lies in what students are given, and only that fails: it is
            worth 0 points, and what builds on it is judged with the course's own.
        asked: ids of the criteria that were asked.
        lost: points by criterion.
        earned: points that the criteria it reaches would still give; exact where all were asked.
        caught: the checks that took credit.
        open: ids of criteria that a person has to look at.
        likeness: what came of comparing it on more draws, where it lost nothing.
        said: what the student would read first.
        wall_s: seconds that it took.
    """

    wrong: Wrong
    fate: Fate
    asked: tuple[str, ...]
    lost: Mapping[str, Decimal]
    earned: Decimal
    caught: tuple[Caught, ...]
    open: tuple[str, ...]
    said: str = ""
    likeness: Likeness | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    wall_s: float = 0.0


def try_wrong(stand: TrialStand, prober: Prober, wrong: Wrong, whole: bool = False) -> Verdict:
    """Puts a wrong solution to the rubric.

    Args:
        stand: of the rubric.
        prober: compares it with the reference where it loses nothing.
        wrong: the solution.
        whole: whether to ask all that it reaches, and not only to the first loss.

    Raises:
        WorkerDidNotStart: a fault of the machine.
    """
    begun_s = time.monotonic()
    variant = wrong.sources(stand.reference)
    until_lost = not whole and wrong.sort in ("mutant", "misconception")
    # Most lose points at the nearest criteria; most others do the same as the reference.
    first = wrong.asked[:NEAREST] if until_lost else wrong.asked
    reached = (*wrong.given, *wrong.asked)
    trial = stand.try_out(variant, first, until_lost, reached=reached)
    likeness = None
    if not trial.is_killed and wrong.sort != "single":
        if not trial.failed:
            likeness = prober.liken(variant, wrong.asked)
        if (likeness is None or not likeness.is_same) and first != wrong.asked:
            # The nearest are asked again: what is known of them decides what may be lent.
            trial = stand.try_out(variant, wrong.asked, until_lost, reached=reached)
    fate: Fate = "survived"
    if trial.is_killed:
        fate = "killed"
    elif likeness is not None and likeness.is_same:
        fate = "same"
    elif wrong.is_given and not set(wrong.given).isdisjoint(trial.failed):
        fate = "given"
    elif trial.open:
        fate = "open"
    points = {each.id: each.points for each in stand.rubric.criteria}
    return Verdict(
        wrong=Wrong(**{**_plain(wrong), "source": b""}),  # which nobody needs any more
        fate=fate,
        asked=trial.asked,
        lost=dict(trial.lost),
        earned=sum((points[name] for name in wrong.asked), Decimal(0))
        - sum(trial.lost.values(), Decimal(0)),
        caught=tuple(caught(trial)),
        open=trial.open,
        said=trial.said,
        likeness=likeness,
        seconds=_seconds(trial),
        wall_s=time.monotonic() - begun_s,
    )


def caught(trial: Trial) -> list[Caught]:
    """Lists the checks of a trial that took credit, with the cases in which they did."""
    return [
        Caught(each.id.partition("/")[0], each.id, _failing(each), largest_ratio(each))
        for each in trial.results
        if each.credit < 1 and each.outcome not in OPEN
    ]


def largest_ratio(result: CheckResult) -> float:
    """Returns the largest difference over the one allowed, of the cases that failed."""
    ratios = []
    for case in result.evidence.get("cases", ()):
        if case["outcome"] == "passed":
            continue
        found = [_number(each) for each in case.get(OF_ALLOWED, {}).values()]
        wrong = [each for each in found if each > 1]
        ratios.append(max(wrong) if wrong else WITHOUT_NUMBER)
    return max(ratios, default=WITHOUT_NUMBER)


def _failing(result: CheckResult) -> tuple[str, ...]:
    cases = result.evidence.get("cases", ())
    return tuple(str(case["case"]) for case in cases if case["outcome"] != "passed")


def _number(value: Any) -> float:
    return value if isinstance(value, float) else float(str(value))


def _seconds(trial: Trial) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in trial.results:
        criterion = each.id.partition("/")[0]
        found[criterion] = found.get(criterion, 0.0) + each.wall_s
    return found


def _plain(wrong: Wrong) -> dict[str, Any]:
    return {name: getattr(wrong, name) for name in wrong.__slots__}
