"""What people say of a hand-in's criteria, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person says of one criterion.

    Attributes:
        criterion: its id.
        level: description of one of the criterion's levels; empty where only a credit was given.
        credit: 0 to 1.
        comment: for the student; may be empty.
        by: who gave it.
        at: when, ISO 8601.
    """

    criterion: str
    level: str
    credit: Decimal
    comment: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of one hand-in.

    Attributes:
        handin: display name of the hand-in.
        digest: of the version that was marked.
    """

    assignment: str
    handin: str
    digest: str
    marks: tuple[Mark, ...] = ()

    def of(self, criterion: str) -> Mark | None:
        """Gives the mark of a criterion, if it has one."""
        return next((mark for mark in self.marks if mark.criterion == criterion), None)

    def with_mark(self, mark: Mark) -> Marks:
        """Adds a mark, in the place of an older one of the same criterion."""
        others = tuple(one for one in self.marks if one.criterion != mark.criterion)
        return replace(self, marks=(*others, mark))
