"""Has the Python instructions counted that a hand-in executes while a convention drives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.worker.program import Program, Replies
from grader.worker.session import Session

Line = tuple[str, str, int]  # file, function, line


@dataclass(frozen=True, slots=True)
class Counted:
    """Executed instructions of one run, in all and by line."""

    total: int
    lines: Mapping[Line, int]

    def without(self, other: Counted) -> Counted:
        """Takes off what another run has executed."""
        lines = {key: number - other.lines.get(key, 0) for key, number in self.lines.items()}
        return Counted(self.total - other.total, lines)

    def without_constructors(self) -> Counted:
        """Takes off what constructors executed: they run once, and multiply nothing."""
        lines = {
            (file, function, line): number
            for (file, function, line), number in self.lines.items()
            if function.rpartition(".")[2] != "__init__"
        }
        return Counted(self.total - sum(self.lines.values()) + sum(lines.values()), lines)


class CountingSession:
    """A session that has the instructions of everything that it runs counted.

    Args:
        session: does the work.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.counts: list[Any] = []

    def run(self, program: Program) -> Replies:
        """Runs a program with the counter on; see `Session.run`."""
        begin, end = Program(), Program()
        begin.call(begin.driver("opcodes.start"))
        self._session.run(begin)
        replies = self._session.run(program)
        slot = end.export(end.call(end.driver("opcodes.count")))
        self.counts.append(self._session.run(end).value(slot))
        return replies

    def end_group(self) -> None:
        """Has the next program run in a fresh worker; see `Session.end_group`."""
        self._session.end_group()

    def counted(self) -> Counted | None:
        """Sums all counts up; nothing where the hand-in kept the worker from counting."""
        lines: dict[Line, int] = {}
        total = 0
        for count in self.counts:
            match count:
                case {"total": int(own), "lines": [*told]}:
                    total += own
                    for entry in told:
                        match entry:
                            case (str() as file, str() as function, int() as line, int() as number):
                                key = (file, function, line)
                                lines[key] = lines.get(key, 0) + number
                case _:
                    return None
        return Counted(total, lines)
