"""Answers a worker's calls of functions that it was lent, with the course's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.errors import WorkerDied, WorkerOutOfTime
from grader.records import Limits
from grader.worker.inside import operations as ops
from grader.worker.inside.wire import Opaque, WireError
from grader.worker.program import Fault, Program
from grader.worker.session import WorkerSession

MAX_DIGITS = 18  # of the number of something kept; `int` refuses more than 4,300


class Lending(Protocol):
    """What answers calls of functions that are lent, and says which are.

    Attributes:
        called: names of functions that were called since the last group began.
        lacked: those of them that it could not answer for, through no fault of the caller.
    """

    @property
    def called(self) -> Sequence[str]:
        """Names what was called."""

    @property
    def lacked(self) -> Sequence[str]:
        """Names what it could not answer for."""

    def begin_group(self, names: Collection[str], limits: Limits) -> None:
        """Lends some functions, and no others any more."""

    def __call__(self, dotted: str, args: Any, kwargs: Any) -> tuple[int, Any]:
        """Calls a lent function; see `CourseLender`."""

    def close(self) -> None:
        """Ends what answers."""


@dataclass(slots=True)
class CourseLender:
    """Has a session of the course's own code answer.

    Attributes:
        open: makes the session, when something is lent for the first time. Its workers hold the
            reference and are confined: a hand-in chooses the arguments.
        names: dotted paths of what is lent at present; nothing else can be called.
        called: those of them that were called since the last group began.
    """

    open: Callable[[], WorkerSession]
    names: Collection[str] = frozenset()
    called: list[str] = field(default_factory=list)
    _session: WorkerSession | None = None

    @property
    def lacked(self) -> Sequence[str]:
        """None: the course's code answers whatever it is asked."""
        return ()

    def begin_group(self, names: Collection[str], limits: Limits) -> None:
        """Lends some functions, which run in a fresh worker, and no others any more."""
        self.names, self.called = names, []
        if names:
            self._session = self._session or self.open()
            self._session.begin_group(limits)

    def __call__(self, dotted: str, args: Any, kwargs: Any) -> tuple[int, Any]:
        """Calls a lent function.

        Returns:
            `(VALUE, (result, arguments afterwards))`, or another status and a sentence.

        Raises:
            WireError: the function is not one of those that are lent.
        """
        session = self._session
        if session is None or dotted not in self.names:
            raise WireError("the worker asks for a function that it was not lent")
        self.called.append(dotted)
        program = Program()
        function = program.resolve(dotted)
        given = [program.new(_with_kept(program, value)) for value in args]
        named = {name: program.new(_with_kept(program, value)) for name, value in kwargs.items()}
        result = program.lend(program.call(function, given, named))
        after = [program.export(slot) for slot in (*given, *named.values())]
        try:
            replies = session.run(program)
        except (WorkerDied, WorkerOutOfTime) as error:
            return ops.RAISED, f"The course's own {dotted} {error}"
        value = replies.value(result)
        if isinstance(value, Fault):
            return ops.RAISED, f"The course's own {dotted} {value.message}"
        # Arrays were copied on the way here, so only dictionaries can have changed there.
        changed = [replies.value(slot) for slot in after]
        return ops.VALUE, (value, [each if isinstance(each, dict) else None for each in changed])

    def close(self) -> None:
        """Ends what was lent; whoever has made the session closes it."""
        if self._session is not None:
            self._session.end_group()


def _with_kept(program: Program, value: Any) -> Any:
    """Puts back what an earlier call has kept, wherever it stands in an argument."""
    match value:
        case Opaque(type_name=name) if (number := kept_number(name)) is not None:
            return program.kept(number)
        case list() | tuple():
            return type(value)([_with_kept(program, item) for item in value])
        case dict():
            return {key: _with_kept(program, item) for key, item in value.items()}
    return value


def kept_number(name: str) -> int | None:
    """Reads under which number a worker has kept something that cannot cross; None if it has not.

    >>> kept_number("kept:3"), kept_number("dict")
    (3, None)
    """
    digits = name.removeprefix(ops.KEPT_AS)
    plain = digits != name and digits.isascii() and digits.isdecimal()
    return int(digits) if plain and len(digits) <= MAX_DIGITS else None
