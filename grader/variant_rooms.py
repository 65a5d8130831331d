"""Rooms for one variant of the reference after the other: their hosts stay, the sources change.

A host remembers what it has compiled, so that of the next variant only the changed file is new. The
reference's answers are remembered as well: all variants are asked the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.checks.structure import names_to_find
from grader.course import REFERENCE_LIBRARY, Answering, Course
from grader.examination import Sides
from grader.plan import GradingPlan
from grader.recording.packing import digest
from grader.records import Rubric
from grader.variants.overlay import Sources
from grader.worker.host import Host, SourceFacts
from grader.worker.lender import Lending
from grader.worker.program import Program, Replies
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

HANDIN = "handin"


@dataclass(frozen=True, slots=True)
class RememberedSession:
    """Answers a program that was answered before as it was then."""

    session: Answering
    answers: dict[str, Sequence[Any]] = field(default_factory=dict)

    def run(self, program: Program) -> Replies:
        """Runs a program, once; see `Session.run`."""
        try:
            key = digest(program.operations)
        except TypeError:  # something in it has no digest
            return self.session.run(program)
        if key not in self.answers:
            replies = self.session.run(program)
            self.answers[key] = replies.entries
        return Replies(program, self.answers[key])

    def end_group(self) -> None:
        """Does nothing: what it remembers has no state, and the rest is the course's own."""


@dataclass(slots=True)
class _Room:
    """One kind of worker.

    Attributes:
        seated: the variant whose sources the host has.
    """

    host: Host
    sides: Sides
    session: WorkerSession
    facts: Mapping[str, SourceFacts] = field(default_factory=dict)
    seated: Sources | None = None


@dataclass(slots=True)
class VariantRooms(Mapping[str, Sides]):
    """The kinds of workers that variants of one rubric's reference are asked in.

    Attributes:
        rubric: what is asked.
        provided: what students are given.
        course: answers for the reference.
        service: forks the hosts.
    """

    rubric: Rubric
    provided: Mapping[str, bytes]
    course: Course
    service: WorkerService
    _rooms: dict[str, _Room] = field(default_factory=dict)
    _variant: Sources | None = None
    _plan: GradingPlan | None = None
    _lender: Lending | None = None

    def seat(self, variant: Sources, plan: GradingPlan) -> Mapping[str, SourceFacts]:
        """Lets a variant take the place of the one before it, and tells what its sources hold.

        Raises:
            WorkerDidNotStart: a fault of the machine.
        """
        self._variant, self._plan = variant, plan
        return self._room("").facts

    @property
    def lender(self) -> Lending:
        """What answers calls of functions that are lent."""
        if self._lender is None:
            self._lender = self.course.lender(self.service, False)
        return self._lender

    def close(self) -> None:
        """Ends the hosts."""
        if self._lender is not None:
            self._lender.close()
        for room in self._rooms.values():
            room.session.close()
            room.host.close()
        self._rooms.clear()

    def __getitem__(self, library: str) -> Sides:
        return self._room(library).sides

    def __iter__(self) -> Iterator[str]:
        return iter(self._rooms)

    def __len__(self) -> int:
        return len(self._rooms)

    def _room(self, library: str) -> _Room:
        room = self._rooms.get(library)
        if room is None:
            room = self._rooms[library] = self._open(library)
        if room.seated is not self._variant and self._variant is not None:
            self._load(room, self._variant)
        return room

    def _open(self, library: str) -> _Room:
        service = self.service.for_library(library)
        answering: Callable[[], Answering] = self.course.begin(library, service)
        host = service.host(confined=False)  # it is the course's own code
        free = {
            each.subject: {"inputs": [*each.network.inputs], "outputs": [*each.network.outputs]}
            for each in self.rubric.criteria
            if each.network is not None
        }
        roots = self.rubric.handin.roots
        setup = Setup(HANDIN, roots, (REFERENCE_LIBRARY,), confined=False, free=free)
        session = WorkerSession(host, setup)
        return _Room(host, Sides(session, RememberedSession(answering())), session)

    def _load(self, room: _Room, variant: Sources) -> None:
        room.session.end_group()
        loading = [
            room.host.load(REFERENCE_LIBRARY, variant.library, {}),
            room.host.load(HANDIN, variant.handin, self.provided),
        ]
        _, facts = (wait() for wait in loading)
        planned = self._plan.checks if self._plan is not None else ()
        asked = [names_to_find(each.spec.params) for each in planned if each.runs]
        if any(each is not None for each in asked):
            names = {name for each in asked for name in each or ()}
            facts = room.host.survey(HANDIN, facts, names)
        room.facts, room.seated = facts, variant
