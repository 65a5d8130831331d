"""Records what the reference answers to the visible checks of an assignment.

What the reference is asked depends on the draws, and a little on the hand-in: a wrong answer has a
check try the assignment's other readings, and what is broken is lent. So three hand-ins are asked:
the reference, the reference with every number bent, and the template; and the reference once more
with each family of functions lent that a check could need.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np

from grader import __version__, assignments
from grader.checks import CHECK_KINDS
from grader.checks.training import TRAINING
from grader.course import LiveCourse, find_course
from grader.errors import ReferenceFault, UsageError
from grader.examination import Sides
from grader.feedback.book import book_value
from grader.feedback.end_of_run import book_of
from grader.handin import HandIn
from grader.intake import read_for
from grader.needs import by_module, lendable
from grader.plain_text import quote
from grader.plan import PlannedCheck, make_plan
from grader.recording import Recording
from grader.records import CheckResult, Outcome, Rubric, Visibility
from grader.release.taps import Taps
from grader.staging import examine, start_service
from grader.worker.program import Program, Replies
from grader.worker.service import BROUGHT, WorkerService, is_installed
from grader.worker.session import WorkerSession

_TIMES_LONGER = 20
_BENT_BY = 1.5  # far outside every tolerance, and still finite


def record(
    rubric: Rubric, course: LiveCourse, service: WorkerService, read: Callable[[str], HandIn]
) -> Recording:
    """Asks the reference all that the visible checks of an assignment may ask.

    Args:
        rubric: the student's.
        course: the assignment's reference.
        service: has the workers.
        read: gives the hand-in `reference` or `template`.

    Raises:
        UsageError: a library that the checks need is not installed.
        ReferenceFault: the reference failed, or lost points in a check.
    """
    missing = [library for library in BROUGHT if not is_installed(library)]
    taps = Taps(course)
    for name, bent in (("reference", False), ("reference", True), ("template", False)):
        plan = make_plan(rubric, read(name), "check", missing=missing)
        _refuse_missing(rubric, plan.checks, missing)
        library = assignments.reference_library(rubric) if name == "reference" else None
        plan = replace(plan, checks=tuple(map(_patient, plan.checks)))
        taps.lends = name == "reference" and not bent
        with examine(plan, service, course=taps, own_library=library) as examined:
            examination = examined.examination
            if bent:
                examination.sides = _Bent(examination.sides)
            for planned in plan.checks:
                result = examination.judge(planned)
                if taps.lends:
                    _expect_right(result)
                    for lent in lendable(rubric, planned.criterion) if _lends(planned) else ():
                        _expect_right(examination.ask(planned, by_module(lent)))
    return Recording(
        rubric.assignment,
        __version__,
        dict(taps.answers),
        tuple(taps.loans),
        _visible_mistakes(rubric, course),
    )


def record_reference(rubric: Rubric) -> Recording:
    """Asks the reference of an assignment, which has to be there.

    Raises:
        UsageError: there is none, or a library that the checks need is not installed.
        ReferenceFault: see `record`.
        WorkerDidNotStart: a fault of the machine.
    """
    course = live_course(rubric)
    folders = {
        "reference": assignments.reference_folder(rubric),
        "template": assignments.template_folder(rubric),
    }
    with start_service(rubric) as service, closing(course):
        return record(
            rubric, course, service, lambda name: read_for(rubric, folders[name], None, service)
        )


def live_course(rubric: Rubric) -> LiveCourse:
    """Finds the reference of an assignment.

    Raises:
        UsageError: there is none; a student's copy has only what it answered once.
    """
    course = find_course(rubric)
    if not isinstance(course, LiveCourse):
        raise UsageError(
            f"{quote(rubric.path)} is a student's copy, which has no reference to ask. Name the "
            "course's own rubric."
        )
    return course


def _visible_mistakes(rubric: Rubric, course: LiveCourse) -> Mapping[str, Any]:
    """Takes what is known of mistakes in the visible checks; nothing where there is no book."""
    visible = {
        spec.id
        for criterion in rubric.criteria
        for spec in criterion.checks
        if Visibility.VISIBLE is spec.visibility is criterion.visibility
    }
    book = book_of(rubric, course).of_checks(visible)
    value: Mapping[str, Any] = book_value(book)
    return value


def _patient(planned: PlannedCheck) -> PlannedCheck:
    """Gives a check more time: what a busy machine cuts short would be missing."""
    limits = replace(planned.spec.limits, wall_s=_TIMES_LONGER * planned.spec.limits.wall_s)
    return replace(planned, spec=replace(planned.spec, limits=limits))


def _lends(planned: PlannedCheck) -> bool:
    kind = planned.spec.kind
    return planned.runs and kind != TRAINING and CHECK_KINDS[kind].asks_worker


def _refuse_missing(
    rubric: Rubric, checks: Collection[PlannedCheck], missing: Collection[str]
) -> None:
    lacked = sorted({planned.library for planned in checks} & set(missing))
    if lacked:
        raise UsageError(
            f"The checks of {rubric.assignment} need {' and '.join(lacked)}, which is not "
            "installed here, so the reference's answers cannot be recorded. Install it beside the "
            f"grader, as in `pip install 'grader[{lacked[0]}]'`."
        )


def _expect_right(result: CheckResult) -> None:
    if result.outcome not in (Outcome.PASSED, Outcome.NOT_RUN_HERE):
        raise ReferenceFault(
            f"The reference itself does not pass {result.id}: {result.message} Mend the reference "
            "or the rubric before it is given to students; `grader rubric validate` and "
            "`grader grade` on the reference hand-in say more."
        )


class _Bent(Mapping[str, Sides]):
    """Sides whose student gives the right answers with every number bent."""

    def __init__(self, sides: Mapping[str, Sides]) -> None:
        self._sides = sides
        self._bent: dict[str, Sides] = {}

    def __getitem__(self, library: str) -> Sides:
        if library not in self._bent:
            sides = self._sides[library]
            student = _BentSession(sides.student.host, sides.student.setup)
            self._bent[library] = replace(sides, student=student)
        return self._bent[library]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bent)

    def __len__(self) -> int:
        return len(self._bent)


class _BentSession(WorkerSession):
    """Answers as its worker does, with every float made larger."""

    def run(self, program: Program) -> Replies:
        replies = super().run(program)
        return Replies(program, [_bent(entry) for entry in replies.entries])


def _bent(value: Any) -> Any:
    match value:
        case float():
            return value * _BENT_BY + 1
        case np.ndarray() if value.dtype.kind == "f":
            return (value * _BENT_BY + 1).astype(value.dtype)
        case list() | tuple():
            return type(value)(_bent(item) for item in value)
        case dict():
            return {key: _bent(item) for key, item in value.items()}
    return value
