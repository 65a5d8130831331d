"""A question: one planned check together with the two sessions that it is put to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.records import EMPTY, CheckSpec
from grader.worker.host import SourceFacts
from grader.worker.session import Session


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
    """

    spec: CheckSpec
    subject: str
    seed: int
    student: Session
    reference: Session
    facts: Mapping[str, SourceFacts] = field(default_factory=lambda: EMPTY)
    right: frozenset[str] = frozenset()

    def rng(self, *stream: int) -> np.random.Generator:
        """Returns the generator of one stream; the same question always gets the same numbers."""
        return np.random.default_rng([self.seed, *stream])

    @property
    def params(self) -> Any:
        """The kind's own parameter record."""
        return self.spec.params
