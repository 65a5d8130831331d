"""The course's side of an examination: who answers for the reference, and who lends its functions.

Either the reference hand-in itself, which runs in workers of its own, or a recording of what it
answered, which is all that a student's copy has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from grader import assignments
from grader.recording import RecordedLender, RecordedSession, Recording, read_recording
from grader.records import Rubric
from grader.worker.host import Host
from grader.worker.lender import CourseLender, Lending
from grader.worker.program import Program, Replies
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

REFERENCE_LIBRARY = "reference"


class Answering(Protocol):
    """What an examination needs of the reference's session."""

    def run(self, program: Program) -> Replies:
        """Runs a program; see `Session`."""

    def end_group(self) -> None:
        """Has the next program run in a fresh worker."""


class Course(Protocol):
    """The course's side; it may serve several examinations, one after the other."""

    def is_own(self, files: Mapping[str, bytes]) -> bool:
        """Tells whether a hand-in is the reference hand-in, byte for byte."""

    def begin(self, library: str, service: WorkerService) -> Callable[[], Answering]:
        """Starts the reference beside workers that have a library; what is returned waits for it.

        Raises:
            WorkerDidNotStart: a fault of the machine.
        """

    def lender(self, service: WorkerService, confined: bool) -> Lending:
        """Returns what answers calls of functions that are lent."""

    def close(self) -> None:
        """Ends what was started."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The course's own sources, by path below their package's root.

    Attributes:
        library: the package that the reference hand-in is built from.
        handin: the reference hand-in.
        provided: what students are given.
    """

    library: Mapping[str, bytes]
    handin: Mapping[str, bytes]
    provided: Mapping[str, bytes]

    def load(self, host: Host) -> list[Callable[[], object]]:
        """Has them compiled in a host; the returned functions wait until they are."""
        return [
            host.load(REFERENCE_LIBRARY, self.library, {}),
            host.load("handin", self.handin, self.provided),
        ]


@dataclass(slots=True)
class LiveCourse:
    """The reference hand-in, in workers of its own."""

    sources: Sources
    setup: Setup
    _sessions: dict[str, WorkerSession] = field(default_factory=dict)  # by library
    _lending: dict[bool, WorkerSession] = field(default_factory=dict)  # by whether it is confined

    def is_own(self, files: Mapping[str, bytes]) -> bool:
        """See `Course`."""
        return files == self.sources.handin

    def begin(self, library: str, service: WorkerService) -> Callable[[], Answering]:
        """See `Course`."""
        known = self._sessions.get(library)
        if known is not None:
            return lambda: known
        host = service.host(confined=False)
        session = self._sessions[library] = WorkerSession(host, self.setup)
        loading = self.sources.load(host)

        def wait() -> Answering:
            for loaded in loading:
                loaded()
            return session

        return wait

    def lender(self, service: WorkerService, confined: bool) -> Lending:
        """See `Course`. Its workers hold the reference, and a hand-in chooses the arguments."""

        def open_session() -> WorkerSession:
            if confined not in self._lending:
                host = service.host(confined)
                for loaded in self.sources.load(host):
                    loaded()
                setup = replace(self.setup, confined=confined)
                self._lending[confined] = WorkerSession(host, setup)
            return self._lending[confined]

        return CourseLender(open_session)

    def close(self) -> None:
        """See `Course`."""
        for session in (*self._sessions.values(), *self._lending.values()):
            session.close()
            session.host.close()
        self._sessions.clear()
        self._lending.clear()


@dataclass(frozen=True, slots=True)
class RecordedCourse:
    """A recording, which starts nothing."""

    recording: Recording

    def is_own(self, files: Mapping[str, bytes]) -> bool:
        """See `Course`."""
        return False

    def begin(self, library: str, service: WorkerService) -> Callable[[], Answering]:
        """See `Course`."""
        session = RecordedSession(self.recording)
        return lambda: session

    def lender(self, service: WorkerService, confined: bool) -> Lending:
        """See `Course`."""
        return RecordedLender(self.recording)

    def close(self) -> None:
        """See `Course`."""


def find_course(rubric: Rubric) -> Course:
    """Finds who answers for the reference of a rubric: its recording, where one lies beside it.

    Raises:
        UsageError: the assignment has no reference, or its recording cannot be read.
    """
    recorded = recording_beside(rubric)
    if recorded.is_file():
        return RecordedCourse(read_recording(recorded))
    sources = Sources(
        library=assignments.reference_library(rubric),
        handin=assignments.reference_sources(rubric),
        provided=assignments.provided_sources(rubric),
    )
    roots = rubric.handin.roots
    return LiveCourse(sources, Setup("handin", roots, (REFERENCE_LIBRARY,), confined=False))


def recording_beside(rubric: Rubric) -> Path:
    """Says where the recording of a rubric's reference would be."""
    return Path(rubric.path).parent / assignments.RECORDING
