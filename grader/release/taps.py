"""Notes what the course's side of an examination answers, while it answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader import __version__
from grader.course import Answering, LiveCourse
from grader.recording import Loan, RecordedLender, Recording
from grader.recording.packing import digest
from grader.recording.replay import find_loan
from grader.records import Limits
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque
from grader.worker.lender import Lending, kept_number
from grader.worker.program import Program, Replies
from grader.worker.service import WorkerService


@dataclass(slots=True)
class Taps:
    """The course's side, with a note of all that it answers.

    Attributes:
        lends: whether calls of lent functions are noted. Those of a hand-in that is wrong are
            endless: its gradients are held against differences of its own forward.
    """

    course: LiveCourse
    lends: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    loans: list[Loan] = field(default_factory=list)

    def is_own(self, files: Mapping[str, bytes]) -> bool:
        """See `Course`."""
        return self.course.is_own(files)

    def begin(self, library: str, service: WorkerService) -> Callable[[], Answering]:
        """See `Course`."""
        wait = self.course.begin(library, service)
        return lambda: _TappedSession(wait(), self.answers)

    def lender(self, service: WorkerService, confined: bool) -> Lending:
        """See `Course`."""
        if not self.lends:
            return RecordedLender(Recording("", __version__))
        return _TappedLender(self.course.lender(service, confined), self.loans)

    def close(self) -> None:
        """Leaves the course open, which was so before."""


@dataclass(frozen=True, slots=True)
class _TappedSession:
    """Notes answers of the reference."""

    session: Answering
    answers: dict[str, Any]

    def run(self, program: Program) -> Replies:
        replies = self.session.run(program)
        key = digest(program.operations)
        # The first answer is kept: what has others later is random, and compared with nothing.
        self.answers.setdefault(key, replies.entries)
        return replies

    def end_group(self) -> None:
        self.session.end_group()


@dataclass(slots=True)
class _TappedLender:
    """Notes calls of lent functions.

    What stays in the course's worker is numbered there anew for each group; a recording numbers it
    through, and a call that is alike another one gets what that one got.
    """

    lender: Lending
    loans: list[Loan]
    _names: tuple[str, ...] = ()
    _local: dict[int, int] = field(default_factory=dict)  # numbers of this group, by our own
    _count: int = 0

    @property
    def called(self) -> Sequence[str]:
        return self.lender.called

    @property
    def lacked(self) -> tuple[str, ...]:
        return ()

    def begin_group(self, names: Collection[str], limits: Limits) -> None:
        self.lender.begin_group(names, limits)
        self._names, self._local = tuple(names), {}

    def __call__(self, dotted: str, args: Any, kwargs: Any) -> tuple[int, Any]:
        """Has the course answer; asks the other functions of the family the same.

        A family may have two functions for one purpose, such as a backward and a faster one, and a
        hand-in is free to call either. Those that take no such arguments raise.
        """
        for other in self._names:
            if other != dotted:
                self._ask(other, args, kwargs, only_values=True)
        return self._ask(dotted, args, kwargs)

    def _ask(
        self, dotted: str, args: Any, kwargs: Any, only_values: bool = False
    ) -> tuple[int, Any]:
        status, payload = self.lender(dotted, *_renamed((args, kwargs), self._local.get))
        if only_values and status != ops.VALUE:
            return status, payload
        known = find_loan(self.loans, dotted, args, kwargs)
        if known is not None:
            pairs = zip(_numbers(known.payload), _numbers(payload), strict=True)
            self._local |= dict(pairs)
            return known.status, known.payload

        def number(local: int) -> int:
            self._count += 1
            self._local[self._count] = local
            return self._count

        numbered = _renamed(payload, number)
        self.loans.append(Loan(dotted, args, kwargs, status, numbered))
        return status, numbered

    def close(self) -> None:
        self.lender.close()


def _renamed(value: Any, number: Callable[[int], int | None]) -> Any:
    """Gives everything that was kept, wherever it stands in a value, another number."""
    match value:
        case Opaque(type_name=name) if (old := kept_number(name)) is not None:
            return Opaque(f"{ops.KEPT_AS}{number(old)}")
        case list() | tuple():
            return type(value)(_renamed(item, number) for item in value)
        case dict():
            return {key: _renamed(item, number) for key, item in value.items()}
    return value


def _numbers(value: Any) -> list[int]:
    """Lists the numbers of all that was kept, in the order in which it stands in a value."""
    found: list[int] = []

    def note(number: int) -> int:
        found.append(number)
        return number

    _renamed(value, note)
    return found
