"""A recording in memory: answers by the digest of their question, and calls of lent functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.records import EMPTY


@dataclass(frozen=True, slots=True)
class Loan:
    """One call of a function that was lent, and what came of it.

    Attributes:
        function: its dotted path.
        args: what it was given by position.
        kwargs: what it was given by name.
        status: as `CourseLender` gives it.
        payload: the result and the arguments afterwards, or a sentence.
    """

    function: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    status: int
    payload: Any


@dataclass(frozen=True, slots=True)
class Recording:
    """All that a reference was asked for the visible checks of an assignment, and its answers.

    Attributes:
        assignment: id of the assignment.
        grader: version of the grader that asked; another one may ask otherwise.
        answers: one `(status, payload)` for each operation of a program, by its digest.
        loans: in the order in which they were first asked for.
        mistakes: what known mistakes give in the checks, as JSON; see `grader.feedback.book`.
    """

    assignment: str
    grader: str
    answers: Mapping[str, Sequence[Any]] = field(default_factory=lambda: EMPTY)
    loans: tuple[Loan, ...] = ()
    mistakes: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
