"""Makes the book of a rubric: asks every visible check of every misconception that it reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Final

from grader.course import Course, LiveCourse, find_course
from grader.errors import UsageError
from grader.feedback.book import Arrays, Book, Mistake, Page, sketches_of
from grader.feedback.matching import same
from grader.feedback.symptoms import symptom_of
from grader.feedback.variants import Variants, mistake_of, variants_of
from grader.plain_text import quote
from grader.records import CheckResult, Outcome, Rubric
from grader.staging import start_service
from grader.variants.catalogue import Misconception
from grader.worker.service import WorkerService

KEPT_EVERY: Final = 20  # mistakes


def record_book(
    rubric: Rubric,
    catalogue: Sequence[Misconception],
    known: Book,
    tell: Callable[[str, int, int], None] = lambda name, done, of: None,
    keep: Callable[[Book], None] = lambda book: None,
) -> Book:
    """Makes the book of a rubric whose reference is here.

    Args:
        rubric: the course's own.
        catalogue: all misconceptions.
        known: an earlier book; what has not changed since is taken from it.
        tell: is told the name of each mistake that is asked, how many were before, and of how many.
        keep: is given what is known from time to time; it may be the earlier book of another run.

    Raises:
        UsageError: the rubric has no reference but a recording, or asks for a library that this
            machine does not have.
        WorkerDidNotStart: a fault of the machine.
    """
    course = find_course(rubric)
    if not isinstance(course, LiveCourse):
        raise UsageError(
            f"{quote(rubric.path)} is a student's copy, whose mistakes are recorded already. Name "
            "the course's own rubric."
        )
    variants = variants_of(rubric, catalogue)
    if lacking := ", ".join(variants.lacking()):
        raise UsageError(
            f"The mistakes of {rubric.assignment} cannot be recorded here, because its checks ask "
            f"for {lacking}, which this machine does not have. Install it, or leave the book as it "
            "is."
        )
    with start_service(rubric, confined=False) as service, closing(course):
        right = {
            result.id: sketches_of(result.compared, expected=True)
            for result in variants.right(course, service)
            if result.outcome is Outcome.PASSED
        }
        draft = _Draft(variants, known, right)
        for done, name in enumerate(draft.names):
            criteria = draft.unasked(name)
            if not criteria:
                continue
            tell(name, done, len(draft.names))
            draft.add(name, given_by(variants, name, criteria, course, service))
            if draft.is_whole and len(draft.asked) % KEPT_EVERY == 0:
                keep(draft.book())
    return draft.book()


class _Draft:
    """A book as it grows, begun with what an earlier one has that still holds.

    Args:
        variants: what can be asked.
        known: the earlier book.
        right: sketches of the right arrays, by check.

    Attributes:
        names: of all mistakes that some check reaches.
        asked: names of those that were asked.
    """

    def __init__(self, variants: Variants, known: Book, right: Mapping[str, Arrays]) -> None:
        self._variants = variants
        self._right = right
        self._mistakes = {name: mistake_of(each) for name, each in variants.catalogue.items()}
        self._standing = {name for name, arrays in right.items() if _stands(known, name, arrays)}
        self.names = [name for name in self._mistakes if variants.criteria_of(name)]
        self.asked = dict.fromkeys(
            name for name in self.names if _is_known(known, self._mistakes[name])
        )
        self._known = frozenset(self.asked)
        self._given: dict[str, dict[str, Arrays]] = {name: {} for name in right}
        self._said: dict[str, dict[str, str]] = {name: {} for name in right}
        for check in self._standing:
            page = known.pages[check].given
            self._given[check] |= {name: page[name] for name in self.asked if name in page}
            said = known.pages[check].said
            self._said[check] |= {name: said[name] for name in self.asked if name in said}

    @property
    def is_whole(self) -> bool:
        """Whether its pages tell all of the mistakes that were asked."""
        return not self._known or len(self._standing) == len(self._right)

    def unasked(self, name: str) -> list[str]:
        """Names the criteria that are to be asked of a mistake."""
        anew = self._right.keys() - self._standing
        reaching = self._variants.criteria_of(name)
        return [
            one.id
            for one in self._variants.rubric.criteria
            if one.id in reaching
            and (name not in self._known or any(spec.id in anew for spec in one.checks))
        ]

    def add(self, name: str, found: Mapping[str, Arrays | str]) -> None:
        """Adds what a mistake gives, or what is said of it, by check."""
        self.asked[name] = None
        for check, each in found.items():
            if check not in self._right:
                continue
            if isinstance(each, str):
                self._said[check][name] = each
            else:
                self._given[check][name] = each

    def book(self) -> Book:
        """Makes the book; those that no check sees are in it too, and are not asked again."""
        variants = self._variants
        criterion = {spec.id: one.id for one in variants.rubric.criteria for spec in one.checks}
        pages = {
            check: Page(
                arrays,
                {
                    name: self._given[check][name]
                    for name in variants.reached[criterion[check]]
                    if name in self._given[check]
                },
                {
                    name: self._said[check][name]
                    for name in variants.reached[criterion[check]]
                    if name in self._said[check]
                },
            )
            for check, arrays in self._right.items()
        }
        return Book({name: self._mistakes[name] for name in self.asked}, pages)


def given_by(
    variants: Variants, name: str, criteria: Sequence[str], course: Course, service: WorkerService
) -> dict[str, Arrays | str]:
    """Sketches what a mistake gives otherwise than the reference, by check.

    Of a check that fails without a wrong array, what it says is taken.

    Raises:
        WorkerDidNotStart: a fault of the machine.
    """
    found: dict[str, Arrays | str] = {}
    for result in variants.ask(name, criteria, course, service):
        given = _otherwise(result) or symptom_of(result)
        if given:
            found[result.id] = given
    return found


def _otherwise(result: CheckResult) -> Arrays:
    """Sketches the arrays that differ; none where a case has none or nothing lost credit."""
    if not any(each.wrong for each in result.compared):
        return {}
    cases = [case for case in result.evidence.get("cases", ()) if case["outcome"] == "errored"]
    if cases:
        return {}
    given = sketches_of(result.compared)
    right = sketches_of(result.compared, expected=True)
    return {key: each for key, each in given.items() if not same(each, right[key])}


def _is_known(known: Book, mistake: Mistake) -> bool:
    """Tells whether a mistake was asked with the same edits; its words may have changed."""
    before = known.mistakes.get(mistake.name)
    return before is not None and before.digest == mistake.digest


def _stands(known: Book, check: str, right: Arrays) -> bool:
    page = known.pages.get(check)
    return (
        page is not None
        and page.right.keys() == right.keys()
        and all(same(each, right[key]) for key, each in page.right.items())
    )
