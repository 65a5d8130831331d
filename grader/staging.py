"""Sets the stage of an examination: hosts, sessions, the self-test; and takes all down again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from tempfile import gettempdir

from grader import assignments
from grader.errors import HostLost, WorkerDidNotStart, WorkerError
from grader.examination import Examination
from grader.plan import GradingPlan
from grader.records import Rubric, Trust
from grader.worker import sandbox
from grader.worker.host import Host, SourceFacts
from grader.worker.lender import CourseLender
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession

REFERENCE_LIBRARY = "reference"
TRY_NOTHING = Setup("nothing", ())


@dataclass(frozen=True, slots=True)
class Examined:
    """A running examination, with what is known of the machine that it runs on.

    Attributes:
        trust: waits for the self-test and says how far the workers are isolated.
    """

    examination: Examination
    service: WorkerService
    trust: Callable[[], Trust]


@contextmanager
def examine(
    plan: GradingPlan, service: WorkerService | None = None, confined: bool = True
) -> Iterator[Examined]:
    """Starts workers for a plan, and ends them.

    Args:
        plan: what will be asked.
        service: a running one; one is started unless given.
        confined: whether the hand-in is.

    Raises:
        WorkerDidNotStart: a fault of the machine.
    """
    rubric = plan.rubric
    provided = assignments.provided_sources(rubric)
    library = assignments.reference_library()
    course = assignments.reference_sources(rubric)
    # Only our own files, byte for byte, may import the library that they are built from.
    libraries = (REFERENCE_LIBRARY,) if plan.handin.files == course else ()
    reference = Setup("handin", rubric.handin.roots, (REFERENCE_LIBRARY,), confined=False)
    with ExitStack() as stack:
        service = service or stack.enter_context(start_service(rubric, confined))
        course_host = service.host(confined=False)
        stack.callback(course_host.close)
        # All hosts work at the same time; each answers in the order in which it was asked.
        loading = _load_course(course_host, library, course, provided)
        opened = _open_handin(service, confined, plan.handin.files, provided)
        stack.callback(opened.host.close)
        stack.callback(_finish, opened.trust)
        loading += [opened.host.load(name, library, {}) for name in libraries]
        for wait in loading:
            wait()

        def lend(service: WorkerService = service) -> WorkerSession:
            lending_host = service.host(confined)
            for wait in _load_course(lending_host, library, course, provided):
                wait()
            return WorkerSession(lending_host, replace(reference, confined=confined))

        student = Setup("handin", _root_names(plan), libraries, confined=confined)
        examination = Examination(
            plan=plan,
            student=WorkerSession(opened.host, student),
            reference=WorkerSession(course_host, reference),
            lender=CourseLender(lend),
            facts=opened.facts,
        )
        stack.callback(examination.finish)
        yield Examined(examination, service, opened.trust)


def _finish(self_test: Callable[[], Trust]) -> None:
    """Takes the result of a self-test that nobody may have asked for, so that its worker ends."""
    with suppress(WorkerError):
        self_test()


def start_service(rubric: Rubric, confined: bool = True) -> WorkerService:
    """Starts a service on which hand-ins of an assignment can run."""
    return WorkerService(without=rubric.handin.forbidden, wrapped=confined)


def _root_names(plan: GradingPlan) -> tuple[str, ...]:
    # Files in a folder of another name import one another by that name.
    roots = plan.rubric.handin.roots
    folder = plan.handin.root.rpartition("/")[2]
    return (*roots, folder) if folder.isidentifier() and folder not in roots else roots


def _load_course(
    host: Host,
    library: Mapping[str, bytes],
    course: Mapping[str, bytes],
    provided: Mapping[str, bytes],
) -> list[Callable[[], object]]:
    """Has the course's own sources compiled; the returned functions wait until they are."""
    return [host.load(REFERENCE_LIBRARY, library, {}), host.load("handin", course, provided)]


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
    self_test = _begin_self_test(host) if confined else lambda: sandbox.trust((), {})
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


def _compiles(service: WorkerService, confined: bool, name: str, source: bytes) -> bool:
    host = service.host(confined)
    try:
        host.load("handin", {name: source}, {})()
    except HostLost:
        return False
    finally:
        host.close()
    return True


def _begin_self_test(host: Host) -> Callable[[], Trust]:
    session, targets = WorkerSession(host, TRY_NOTHING), self_test_targets()
    finish = session.begin_self_test(targets)

    @cache
    def trust() -> Trust:
        try:
            return sandbox.trust(*finish())
        except HostLost:
            raise
        except WorkerDidNotStart:  # something on the machine may have ended it
            return sandbox.trust(*session.begin_self_test(targets)())

    return trust


def _temporary_folder() -> str:
    try:
        return gettempdir()
    except FileNotFoundError:  # there is no place to write to, for the grader neither
        return "/"


def self_test_targets() -> Mapping[str, str]:
    """Names what a worker must not reach, for the self-test."""
    return {
        "file": __file__,
        "folder": _temporary_folder(),
        "reference": str(assignments.HOME / REFERENCE_LIBRARY),
    }


def self_test(wrapped: bool = True) -> tuple[Trust, str]:
    """Says how far a worker is isolated on this machine.

    Args:
        wrapped: whether to try bubblewrap.

    Returns:
        What was found, and why bubblewrap is not in use; empty where it is.

    Raises:
        WorkerDidNotStart: no worker could be started.
    """
    with WorkerService(wrapped=wrapped) as service:
        host = service.host()
        try:
            return _begin_self_test(host)(), service.unwrapped_because
        finally:
            host.close()
