"""Sets the stage of an examination, and takes all down again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from grader import assignments
from grader.checks.question import Progress, tell_nobody
from grader.course import Course, find_course
from grader.examination import Examination
from grader.plan import GradingPlan
from grader.records import Rubric, Trust
from grader.rooms import Rooms, Setting
from grader.worker.service import WorkerService


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
    course: Course | None = None,
    own_library: Mapping[str, bytes] | None = None,
) -> Iterator[Examined]:
    """Starts workers for a plan, and ends them.

    Args:
        plan: what will be asked.
        service: a running one; one is started unless given.
        confined: whether the hand-in is.
        required: whether nothing of the hand-in may run where it is not isolated.
        tell: is told how a check that takes long gets on.
        course: who answers for the reference, to be shared by several examinations; the rubric's
            own unless given.
        own_library: what the hand-in may import as `reference`, where it is not a student's.

    Raises:
        SandboxMissing: isolation is required and this machine does not give it.
        UsageError: the assignment has no reference.
        WorkerDidNotStart: a fault of the machine.
    """
    rubric = plan.rubric
    libraries = sorted({planned.library for planned in plan.checks if planned.runs} | {""})
    with ExitStack() as stack:
        if course is None:
            course = find_course(rubric)
            stack.callback(course.close)
        if own_library is None and course.is_own(plan.handin.files):
            own_library = assignments.reference_library(rubric)
        service = service or stack.enter_context(start_service(rubric, confined))
        # All of them start at the same time; what takes long to import does so meanwhile.
        services = {library: service.for_library(library) for library in libraries}
        provided = assignments.provided_sources(rubric)
        setting = Setting(plan, course, provided, own_library, confined)
        rooms = Rooms(setting, services, stack, required)
        facts = rooms.room("").facts
        lender = course.lender(service, confined)
        examination = Examination(plan=plan, sides=rooms, lender=lender, facts=facts, tell=tell)
        stack.callback(examination.finish)
        yield Examined(examination, services, rooms.trust)


def start_service(rubric: Rubric, confined: bool = True) -> WorkerService:
    """Starts a service on which hand-ins of an assignment can run."""
    return WorkerService(without=rubric.handin.forbidden, wrapped=confined)
