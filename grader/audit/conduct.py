"""Conducts an audit: makes the wrong solutions, puts them to the rubric, gathers what is found."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from grader.audit.findings import Findings
from grader.audit.listed import listed_survivors
from grader.audit.parallel import try_all
from grader.audit.trying import Verdict
from grader.audit.wrong import Sort, Wrong, canaries, misconceptions, mutants, single_precision
from grader.errors import UsageError
from grader.records import Rubric
from grader.variant_trials import TrialStand, trial_stand
from grader.variants.reach import Reach

_MADE: Final[dict[Sort, Callable[[Reach], Iterator[Wrong]]]] = {
    "mutant": mutants,
    "misconception": misconceptions,
    "canary": canaries,
    "single": single_precision,
}


@dataclass(frozen=True, slots=True)
class Extent:
    """What an audit tries.

    Attributes:
        sorts: of wrong solutions.
        nearest: ids of criteria; only what is wrong nearest to one of them is tried, all unless
            given.
        samples: how many at most, by sort; all unless given.
        seed: of the choice among them.
        jobs: processes.
        whole: whether to ask all that a wrong solution reaches.
    """

    sorts: tuple[Sort, ...] = ("mutant", "misconception", "canary", "single")
    nearest: tuple[str, ...] = ()
    samples: tuple[tuple[Sort, int], ...] = ()
    seed: int = 0
    jobs: int = 1
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """How far an audit has come: so many of so many, and the last verdict."""

    done: int
    planned: int
    verdict: Verdict | None = None


def tell_nobody(step: Step) -> None:
    """Keeps to itself how an audit gets on."""


def audit_rubric(
    rubric: Rubric, extent: Extent = Extent(), tell: Callable[[Step], None] = tell_nobody
) -> Findings:
    """Puts wrong solutions to a rubric.

    Args:
        rubric: in a file.
        extent: what is tried.
        tell: is told after each wrong solution.

    Raises:
        UsageError: the assignment has no template or no reference, or no such criterion.
        RubricError: the list of known survivors, or the misconceptions, cannot be read.
        WorkerDidNotStart: a fault of the machine.
    """
    begun_s = time.monotonic()
    reasons = listed_survivors(rubric)
    with trial_stand(rubric) as stand:
        ids = _paid(stand.rubric, extent.nearest)
        right = stand.try_out(stand.reference, ids)
        wrongs = list(_wrongs(stand, extent))
        done = 0

        def told(verdict: Verdict) -> None:
            nonlocal done
            done += 1
            tell(Step(done, len(wrongs), verdict))

        tell(Step(0, len(wrongs)))
        verdicts = try_all(stand, wrongs, extent.jobs, extent.whole, told)
    seconds: dict[str, float] = dict.fromkeys(ids, 0.0)
    for result in right.results:
        criterion = result.id.partition("/")[0]
        if criterion in seconds:
            seconds[criterion] += result.wall_s
    return Findings(
        rubric=rubric,
        verdicts=tuple(each for each in verdicts if each.wrong.sort != "single"),
        single=tuple(each for each in verdicts if each.wrong.sort == "single"),
        seconds=seconds,
        unfair=right.lost,
        reasons=reasons,
        whole=extent.whole,
        sampled=bool(extent.samples or extent.nearest) or len(extent.sorts) < len(_MADE),
        wall_s=time.monotonic() - begun_s,
    )


def _paid(rubric: Rubric, nearest: Sequence[str]) -> tuple[str, ...]:
    paid = tuple(each.id for each in rubric.criteria if each.points)
    for name in nearest:
        if name not in paid:
            raise UsageError(
                f"{name!r} is no criterion of {rubric.assignment} that asks code for points, so "
                "nothing wrong can be put to it. "
                f"`grader rubric show {rubric.assignment}` lists them all."
            )
    return tuple(name for name in paid if name in nearest or not nearest)


def _wrongs(stand: TrialStand, extent: Extent) -> Iterator[Wrong]:
    samples = dict(extent.samples)
    for sort in extent.sorts:
        made = [
            each
            for each in _MADE[sort](stand.reach)
            if each.asked[0] in extent.nearest or not extent.nearest
        ]
        most = samples.get(sort, len(made))
        if most < len(made):
            # A choice that everybody can repeat; no secret.
            chosen = random.Random(extent.seed).sample(range(len(made)), most)  # noqa: S311
            made = [made[number] for number in sorted(chosen)]
        yield from made
