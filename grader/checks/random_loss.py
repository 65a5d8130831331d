"""Tells whether a loss that hangs on random numbers is one that the reference could give, too."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from grader.checks.cases import reference_fault
from grader.checks.judging import as_array
from grader.checks.question import Question
from grader.conventions.convention import Call, Computed, Convention, Subject
from grader.worker.program import Fault

# A random loss is in reach when it lies among those of this many seeds, or no further outside than
# this many times their range: 16 draws span about 3.5 standard deviations, so that is 7 more.
REACH_SEEDS: Final = 16
REACH_TIMES: Final = 2.0


def in_reach(
    question: Question,
    convention: Convention,
    subject: Subject,
    call: Call,
    index: int,
    answer: Computed,
) -> bool:
    """Tells whether the student's random loss is in reach of the reference's.

    Args:
        question: whose reference is asked.
        convention: how the forward is called.
        subject: what is called.
        call: of the case; with other seeds the reference gives other losses.
        index: of the case, from which the seeds are drawn.
        answer: the student's.

    Raises:
        ReferenceFault: the reference failed.
    """
    construct = call.options.get("construct", {})
    if "seed" not in construct:
        return True
    seeds = question.rng(index, 3).integers(1 << 31, size=REACH_SEEDS)
    calls = [
        replace(call, options={**call.options, "construct": {**construct, "seed": seed}})
        for seed in map(int, seeds)
    ]
    losses = []
    for other in convention.forward(question.reference, subject, calls):
        if isinstance(other, Fault):
            raise reference_fault(question, other)
        losses.append(float(other.outputs["loss"]))
    loss = as_array(answer.outputs.get("loss"))
    if loss is None or loss.size != 1 or loss.dtype.kind not in "fiu":
        return False
    margin = REACH_TIMES * (max(losses) - min(losses))
    return bool(min(losses) - margin <= loss.item() <= max(losses) + margin)
