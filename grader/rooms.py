"""The rooms of an examination: for each kind of worker its hosts and its two sessions.

A room is made ready when its workers are first asked for, so that what takes long to import does so
while others are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from grader.checks.structure import names_to_find
from grader.course import REFERENCE_LIBRARY, Course
from grader.errors import HostLost, WorkerError
from grader.examination import Sides
from grader.isolation import begin_self_test, not_isolated
from grader.plan import GradingPlan
from grader.records import Trust
from grader.worker import sandbox
from grader.worker.host import Host, SourceFacts
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession


@dataclass(frozen=True, slots=True)
class Room:
    """One kind of worker, ready to be asked."""

    sides: Sides
    facts: Mapping[str, SourceFacts]
    trust: Callable[[], Trust]


@dataclass(frozen=True, slots=True)
class Setting:
    """What all kinds of workers of an examination have in common.

    Attributes:
        plan: what is asked.
        course: who answers for the reference.
        provided: what students are given.
        library: what the hand-in may import as `reference`; none of it unless the hand-in is the
            reference hand-in, byte for byte, or somebody of the course says so.
        confined: whether the hand-in is.
    """

    plan: GradingPlan
    course: Course
    provided: Mapping[str, bytes]
    library: Mapping[str, bytes] | None
    confined: bool

    def open(self, service: WorkerService, stack: ExitStack, library: str = "") -> Room:
        """Starts the hosts of one kind of worker; the stack ends them."""
        libraries = (REFERENCE_LIBRARY,) if self.library is not None else ()
        # All hosts work at the same time; each answers in the order in which it was asked.
        reference = self.course.begin(library, service)
        files = self.plan.handin.files
        opened = _open_handin(service, self.confined, files, self.provided)
        stack.callback(opened.host.close)
        stack.callback(_finish, opened.trust)
        loading = [opened.host.load(name, self.library or {}, {}) for name in libraries]
        answering = reference()
        for wait in loading:
            wait()
        rubric = self.plan.rubric
        free = {
            each.subject: {"inputs": [*each.network.inputs], "outputs": [*each.network.outputs]}
            for each in rubric.criteria
            if each.network is not None
        }
        roots = _root_names(self.plan)
        asked = tuple(sorted({each.subject for each in rubric.criteria}))
        student = Setup("handin", roots, libraries, confined=self.confined, free=free, asked=asked)
        session = WorkerSession(opened.host, student, deadline=self.plan.deadline)
        sides = Sides(student=session, reference=answering)
        return Room(sides, _surveyed(opened, self.plan), opened.trust)


class Rooms(Mapping[str, Sides]):
    """The kinds of workers of an examination, each made ready when it is first asked for.

    Iterating goes over those that are.
    """

    def __init__(
        self,
        setting: Setting,
        services: Mapping[str, WorkerService],
        stack: ExitStack,
        required: bool,
    ) -> None:
        self._setting = setting
        self._services = services
        self._stack = stack
        self._required = required
        self._opened: dict[str, Room] = {}
        self._refused: list[Trust] = []

    def room(self, library: str) -> Room:
        """Returns one kind of worker.

        Raises:
            SandboxMissing: isolation is required, and these workers do not reach it.
        """
        if library not in self._opened:
            opened = self._setting.open(self._services[library], self._stack, library)
            if self._required and not opened.trust().isolated:
                self._refused.append(opened.trust())
                raise not_isolated(opened.trust())
            self._opened[library] = opened
        return self._opened[library]

    def trust(self) -> Trust:
        """Says how far the workers that were asked for are isolated."""
        seen = [*self._refused, *(room.trust() for room in self._opened.values())]
        return sandbox.weakest(seen)

    def __getitem__(self, library: str) -> Sides:
        return self.room(library).sides

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened)

    def __len__(self) -> int:
        return len(self._opened)


def _finish(self_test: Callable[[], Trust]) -> None:
    """Takes the result of a self-test that nobody may have asked for, so that its worker ends."""
    with suppress(WorkerError):
        self_test()


def _root_names(plan: GradingPlan) -> tuple[str, ...]:
    # Files in a folder of another name import one another by that name.
    roots = plan.rubric.handin.roots
    folder = plan.handin.root.rpartition("/")[2]
    return (*roots, folder) if folder.isidentifier() and folder not in roots else roots


@dataclass(frozen=True, slots=True)
class _Opened:
    """A host that has a hand-in compiled.

    Attributes:
        trust: waits for the self-test and says how far the host's workers are isolated.
    """

    host: Host
    facts: Mapping[str, SourceFacts]
    trust: Callable[[], Trust]


def _open_handin(
    service: WorkerService,
    confined: bool,
    files: Mapping[str, bytes],
    provided: Mapping[str, bytes],
    refused: Mapping[str, str] | None = None,
) -> _Opened:
    """Has a hand-in's sources compiled; files that end the compiler are left out and named."""
    host = service.host(confined)
    # First: it works on another core while the host compiles.
    self_test = begin_self_test(host) if confined else lambda: sandbox.trust((), {})
    try:
        facts = host.load("handin", files, provided, refused)()
        return _Opened(host, facts, self_test)
    except HostLost:
        _finish(self_test)
        host.close()
        if refused is not None:
            raise
    ending = {
        name: "Python's compiler ended, or took too long, over this file. Look for a line that is "
        "very long or very deeply nested, and write it in several steps."
        for name, source in files.items()
        if not _compiles(service, confined, name, source)
    }
    kept = {name: source for name, source in files.items() if name not in ending}
    return _open_handin(service, confined, kept, provided, ending)


def _surveyed(opened: _Opened, plan: GradingPlan) -> Mapping[str, SourceFacts]:
    """Adds to the facts what some checks need to know of the sources, where there are such."""
    asked = [names_to_find(planned.spec.params) for planned in plan.checks if planned.runs]
    names = {name for each in asked for name in each or ()}
    if all(each is None for each in asked):
        return opened.facts
    return opened.host.survey("handin", opened.facts, names)


def _compiles(service: WorkerService, confined: bool, name: str, source: bytes) -> bool:
    host = service.host(confined)
    try:
        host.load("handin", {name: source}, {})()
    except HostLost:
        return False
    finally:
        host.close()
    return True
