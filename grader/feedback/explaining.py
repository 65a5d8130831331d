"""Adds to the results of a hand-in what most likely went wrong. Outcome and credit stay.

Only visible checks that were judged on what the student may see are explained: of a hidden check
nothing is said, and what fails because of an earlier piece of the student's is explained there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from grader.feedback.book import Book
from grader.feedback.diagnosis import Diagnosis, from_arrays, from_symptom, known_mistake
from grader.feedback.reproducer import KEY as REPRODUCER
from grader.feedback.symptoms import symptom_of
from grader.needs import FINE, all_needs
from grader.plan import PlannedCheck
from grader.records import CheckResult, Outcome, Rubric, Visibility

KEY: Final = "diagnosis"  # in a check's evidence
# More than these are rather one mistake in many places, or a hand-in that was hardly begun.
EXPLAINED_AT_MOST: Final = 20
_WRONG = (Outcome.FAILED, Outcome.PARTIAL)

Ask = Callable[[PlannedCheck], CheckResult | None]
Show = Callable[[PlannedCheck, CheckResult], str]


def explained(
    rubric: Rubric,
    checks: Sequence[PlannedCheck],
    results: Sequence[CheckResult],
    book: Callable[[], Book],
    again: Ask | None = None,
    show: Show = lambda planned, result: "",
) -> list[CheckResult]:
    """Returns the results of a hand-in with explanations.

    Args:
        rubric: what was asked.
        checks: the planned ones, in the order of the results.
        results: one for each.
        book: reads the mistakes that are known; only asked where something failed.
        again: asks a check on public draws, where those of the results are secret.
        show: writes the lines that show a failure on public draws.
    """
    failed = [
        (planned, result)
        for planned, result in zip(checks, results, strict=True)
        if (result.compared or symptom_of(result)) and result.outcome in _WRONG and is_open(planned)
    ]
    if not failed:
        return list(results)
    known = book()
    failed = [
        (planned, result)
        for planned, result in failed
        if result.compared or _has_symptoms(known, result)
    ][:EXPLAINED_AT_MOST]
    shown = {result.id: again(planned) if again else result for planned, result in failed}
    seen = [result for result in shown.values() if result is not None]
    passed = {result.id for result in results if result.outcome is Outcome.PASSED}
    broken = _broken(checks, results)
    working = {each.criterion.subject for each in checks if each.spec.id in passed}
    found: dict[str, CheckResult] = {}
    for planned, result in failed:
        on_public = shown[result.id]
        if on_public is None or on_public.outcome not in _WRONG:
            continue
        symptom = symptom_of(on_public)
        begun = symptom or _is_begun(on_public)
        if not begun and planned.criterion.subject not in working:
            continue
        others = [each for each in seen if each.id != result.id]
        find = from_symptom if symptom else known_mistake
        diagnosis = find(on_public, known, passed, others)
        alone = broken.isdisjoint(all_needs(rubric, planned.criterion))
        if diagnosis is None and alone and not symptom:
            diagnosis = from_arrays(on_public)
        if diagnosis is not None and (alone or diagnosis.confidence == "high"):
            found[result.id] = with_diagnosis(result, diagnosis)
        shown_by = show(planned, on_public)
        if shown_by:
            told = found.get(result.id, result)
            found[result.id] = replace(told, evidence={**told.evidence, REPRODUCER: shown_by})
    return [found.get(result.id, result) for result in results]


def is_open(planned: PlannedCheck) -> bool:
    """Tells whether students may see a check now."""
    return (
        planned.spec.visibility is Visibility.VISIBLE
        and planned.criterion.visibility is Visibility.VISIBLE
    )


def with_diagnosis(result: CheckResult, diagnosis: Diagnosis) -> CheckResult:
    """Puts a diagnosis into the hint, before what the rubric says, and into the evidence."""
    return replace(
        result,
        hint=" ".join(part for part in (diagnosis.says, result.hint) if part),
        evidence={**result.evidence, KEY: diagnosis.to_json()},
    )


def _has_symptoms(book: Book, result: CheckResult) -> bool:
    page = book.pages.get(result.id)
    return page is not None and bool(page.said)


def _is_begun(result: CheckResult) -> bool:
    """Tells whether the hand-in gave anything at all; a function to be filled in gives None."""
    return any(each.actual is not None for each in result.compared)


def _broken(checks: Sequence[PlannedCheck], results: Sequence[CheckResult]) -> frozenset[str]:
    return frozenset(
        planned.criterion.id
        for planned, result in zip(checks, results, strict=True)
        if result.outcome not in FINE
    )
