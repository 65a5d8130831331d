"""What becomes of hand-ins by an edited rubric, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Points:
    """A range of points: what is certain, and what is possible."""

    lower: Decimal
    upper: Decimal

    def minus(self, other: Points) -> Points:
        """Subtracts end from end."""
        return Points(self.lower - other.lower, self.upper - other.upper)


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """What becomes of a criterion in one hand-in.

    Attributes:
        because: the edits that this follows from; empty where they cannot be named.
        untold: why the range is wider than it was; empty where it is not.
    """

    id: str
    before: Points
    after: Points
    because: tuple[str, ...]
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewedHandIn:
    """What becomes of one hand-in."""

    handin: str
    before: Points
    after: Points
    changes: tuple[CriterionChange, ...]

    @property
    def changed(self) -> bool:
        """Whether its points, or what is possible, are others."""
        return self.before != self.after

    @property
    def told(self) -> bool:
        """Whether the reports tell all: nothing is more open than it was."""
        return not any(one.untold for one in self.changes)
