"""Answers from a recording, where a session or a lender of the course's own code would answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from grader import __version__
from grader.closeness import compare, tolerance_for
from grader.errors import ReferenceFault
from grader.recording.model import Loan, Recording
from grader.recording.packing import Array, digest
from grader.records import Limits
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import WireError
from grader.worker.program import Program, Replies

NOT_RECORDED: Final = "was not recorded with these arguments"


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """Answers programs from a recording, as a session of the reference did before."""

    recording: Recording

    def run(self, program: Program) -> Replies:
        """Returns what was answered to a program.

        Raises:
            ReferenceFault: the recording does not have it.
        """
        entries = self.recording.answers.get(digest(program.operations))
        if entries is None:
            made = self.recording.grader
            other = f", which version {made} made" if made != __version__ else ""
            raise ReferenceFault(
                f"The course's recorded answers{other} lack the one to this question of grader "
                f"{__version__}. This is a fault of the assignment's files or of a rubric that was "
                "changed, not of the hand-in. Download the assignment again."
            )
        return Replies(program, entries)

    def end_group(self) -> None:
        """Does nothing: a recording has no state."""

    def close(self) -> None:
        """Does nothing."""


@dataclass(slots=True)
class RecordedLender:
    """Answers calls of lent functions from a recording.

    What a hand-in computed with other steps differs in its last digits, so arguments are compared
    as values are that a check judges.

    Attributes:
        called: names of the functions that were called since the last group began.
        lacked: those that were called otherwise than recorded.
    """

    recording: Recording
    names: Collection[str] = frozenset()
    called: list[str] = field(default_factory=list)
    lacked: list[str] = field(default_factory=list)

    def begin_group(self, names: Collection[str], limits: Limits) -> None:
        """Lends some functions, and no others any more."""
        self.names = names
        self.called, self.lacked = [], []

    def __call__(self, dotted: str, args: Any, kwargs: Any) -> tuple[int, Any]:
        """Returns what a call gave; see `CourseLender`.

        Raises:
            WireError: the function is not one of those that are lent.
        """
        if dotted not in self.names:
            raise WireError("the worker asks for a function that it was not lent")
        self.called.append(dotted)
        found = find_loan(self.recording.loans, dotted, args, kwargs)
        if found is not None:
            return found.status, found.payload
        self.lacked.append(dotted)
        return ops.RAISED, f"The course's own {dotted} {NOT_RECORDED}."

    def close(self) -> None:
        """Does nothing."""


def find_loan(loans: Collection[Loan], dotted: str, args: Any, kwargs: Any) -> Loan | None:
    """Finds the call that was made with these arguments, up to rounding."""
    for loan in loans:
        if loan.function == dotted and alike([*args], [*loan.args]) and alike(kwargs, loan.kwargs):
            return loan
    return None


def alike(actual: Any, recorded: Any) -> bool:
    """Tells whether two values are the same up to rounding.

    >>> alike([1.0, {"mode": "train"}], [1.0 + 1e-12, {"mode": "train"}]), alike([1], (1,))
    (True, True)
    >>> alike(1.0, 1.1), alike({"a": 1}, {}), alike("train", "test")
    (False, False, False)
    """
    if isinstance(actual, dict) and isinstance(recorded, dict):
        same_keys = actual.keys() == recorded.keys()
        return same_keys and all(alike(actual[key], recorded[key]) for key in actual)
    if isinstance(actual, list | tuple) and isinstance(recorded, list | tuple):
        same_length = len(actual) == len(recorded)
        return same_length and all(map(alike, actual, recorded))
    if _is_numbers(actual) and _is_numbers(recorded):
        return _close(np.asarray(actual), np.asarray(recorded))
    return type(actual) is type(recorded) and bool(actual == recorded)


def _is_numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray | float) or type(value) is int


def _close(actual: Array, recorded: Array) -> bool:
    if actual.shape != recorded.shape:
        return False
    floats = actual.dtype.kind == recorded.dtype.kind == "f"
    if not floats or not actual.size or not np.isfinite(recorded).all():
        return bool(np.array_equal(actual, recorded))
    return compare(actual, recorded, tolerance_for(actual.dtype, recorded.dtype)) is None
