"""A question: one planned check together with the two sessions that it is put to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.deadline import Deadline
from grader.handin import HandIn
from grader.machine import NOTHING, Machine
from grader.records import EMPTY, CheckSpec
from grader.worker.host import SourceFacts
from grader.worker.session import Session


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check that takes long has come.

    Attributes:
        id: of the check.
        share: of what it will do at most, from 0 to 1.
        wall_s: seconds so far.
        seen: what was seen last, in a word or two.
    """

    id: str
    share: float
    wall_s: float
    seen: str


def tell_nobody(progress: Progress) -> None:
    """Keeps to itself how a check gets on."""


@dataclass(frozen=True, slots=True)
class Question:
    """One check, ready to be asked.

    Attributes:
        spec: the check as the rubric has it.
        subject: dotted path below the hand-in's root.
        seed: of all that the check draws.
        student: the session that is judged.
        reference: the session that knows.
        facts: what the hand-in's sources hold, by file name.
        right: subjects whose own criteria lost nothing, so what builds on them has no excuse.
        machine: what there is to train with.
        tell: is told how a check that takes long gets on.
        handin: what was handed in, for checks that read it; they need no worker.
        deadline: when the run has to be over; None where nothing limits it.
    """

    spec: CheckSpec
    subject: str
    seed: int
    student: Session
    reference: Session
    facts: Mapping[str, SourceFacts] = field(default_factory=lambda: EMPTY)
    right: frozenset[str] = frozenset()
    machine: Machine = NOTHING
    tell: Callable[[Progress], None] = tell_nobody
    handin: HandIn | None = None
    deadline: Deadline | None = None

    def on_cpu(self, because: str) -> Question:
        """Returns the same question for a machine whose GPU cannot be used."""
        return replace(self, machine=self.machine.on_cpu(because))

    def rng(self, *stream: int) -> np.random.Generator:
        """Returns the generator of one stream; the same question always gets the same numbers."""
        return np.random.default_rng([self.seed, *stream])

    @property
    def params(self) -> Any:
        """The kind's own parameter record."""
        return self.spec.params
