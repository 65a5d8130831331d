"""Explains the results of one run, as long as its workers are there to be asked once more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from grader.course import Course, RecordedCourse
from grader.examination import Examination
from grader.feedback.book import FILE, Book, book_from, read_book
from grader.feedback.explaining import explained
from grader.feedback.reproducer import reproducer
from grader.plain_text import clean_text
from grader.plan import GradingPlan, PlannedCheck, make_plan
from grader.records import CheckResult, Rubric

# What a run has to have left before its deadline for checks to be asked once more.
SPARE_S: Final = 20.0


def explained_run(
    plan: GradingPlan,
    examination: Examination,
    results: Sequence[CheckResult],
    course: Course,
    missing: Collection[str],
) -> tuple[list[CheckResult], tuple[str, ...]]:
    """Returns the results with explanations of what failed, and notes on these.

    The draws of `grade` are one hand-in's own, and what mistakes give is known for the public ones:
    there a visible check that failed is asked once more, for the explanation alone.

    Args:
        plan: what was asked.
        examination: has the workers.
        results: in the plan's order.
        course: who answered for the reference.
        missing: libraries that this machine does not have.
    """

    def ask(planned: PlannedCheck) -> CheckResult | None:
        late = plan.deadline is not None and plan.deadline.left_s < SPARE_S
        return None if late else examination.ask_with_loans(drawn[planned.spec.id])

    try:
        public = make_plan(plan.rubric, plan.handin, "check", missing=missing)
        drawn = {each.spec.id: each for each in public.checks}
        told = explained(
            plan.rubric,
            plan.checks,
            results,
            cache(lambda: book_of(plan.rubric, course)),
            ask if plan.mode == "grade" else None,
            lambda planned, result: reproducer(drawn[planned.spec.id], result, plan.handin),
        )
    except Exception as error:
        # A mistake of ours in here must not take the verdicts along, which stand without it.
        kind, said = type(error).__name__, clean_text(str(error), 200)
        return list(results), (
            f"What failed is not explained, because the grader itself failed in that ({kind}: "
            f"{said}). Points are not touched by it.",
        )
    return told, ()


def book_of(rubric: Rubric, course: Course) -> Book:
    """Reads the mistakes that are known of a rubric: recorded, or beside it."""
    if isinstance(course, RecordedCourse):
        return book_from(course.recording.mistakes)
    return read_book(Path(rubric.path).parent / FILE)
