"""Sets the stage of an examination, and takes all down again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from grader import assignments
from grader.checks.question import Progress, tell_nobody
from grader.examination import Examination
from grader.plan import GradingPlan
from grader.records import Rubric, Trust
from grader.rooms import REFERENCE_LIBRARY, Rooms, Setting, Sources, load_course
from grader.worker.lender import CourseLender
from grader.worker.service import WorkerService
from grader.worker.session import Setup, WorkerSession


@dataclass(frozen=True, slots=True)
class Examined:
    """A running examination, with what is known of the machine that it runs on.

    Attributes:
        services: by the library that their workers have.
        trust: waits for the self-tests and says how far the workers are isolated.
    """

    examination: Examination
    services: Mapping[str, WorkerService]
    trust: Callable[[], Trust]

    def versions(self) -> Mapping[str, str]:
        """Says which versions the hand-in runs on."""
        found: dict[str, str] = {}
        for service in self.services.values():
            found |= service.versions()
        return found


@contextmanager
def examine(
    plan: GradingPlan,
    service: WorkerService | None = None,
    confined: bool = True,
    required: bool = False,
    tell: Callable[[Progress], None] = tell_nobody,
) -> Iterator[Examined]:
    """Starts workers for a plan, and ends them.

    Args:
        plan: what will be asked.
        service: a running one; one is started unless given.
        confined: whether the hand-in is.
        required: whether nothing of the hand-in may run where it is not isolated.
        tell: is told how a check that takes long gets on.

    Raises:
        SandboxMissing: isolation is required and this machine does not give it.
        WorkerDidNotStart: a fault of the machine.
    """
    rubric = plan.rubric
    sources = Sources(
        library=assignments.reference_library(),
        course=assignments.reference_sources(rubric),
        provided=assignments.provided_sources(rubric),
    )
    reference = Setup("handin", rubric.handin.roots, (REFERENCE_LIBRARY,), confined=False)
    libraries = sorted({planned.library for planned in plan.checks if planned.runs} | {""})
    with ExitStack() as stack:
        service = service or stack.enter_context(start_service(rubric, confined))
        # All of them start at the same time; what takes long to import does so meanwhile.
        services = {library: service.for_library(library) for library in libraries}
        setting = Setting(plan, sources, reference, confined)
        rooms = Rooms(setting, services, stack, required)
        facts = rooms.room("").facts

        def lend(service: WorkerService = service) -> WorkerSession:
            lending_host = service.host(confined)
            for wait in load_course(lending_host, sources):
                wait()
            return WorkerSession(lending_host, replace(reference, confined=confined))

        examination = Examination(
            plan=plan, sides=rooms, lender=CourseLender(lend), facts=facts, tell=tell
        )
        stack.callback(examination.finish)
        yield Examined(examination, services, rooms.trust)


def start_service(rubric: Rubric, confined: bool = True) -> WorkerService:
    """Starts a service on which hand-ins of an assignment can run."""
    return WorkerService(without=rubric.handin.forbidden, wrapped=confined)
