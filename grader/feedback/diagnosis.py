"""The best explanation of a check that failed: a known mistake, a relation, or a place.

A mistake is said with high confidence only where all arrays agree with it up to rounding, where
they could not do so by chance, and where nothing else that the hand-in does speaks against it.
What a check says without arrays never makes it more than likely.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from grader.feedback.book import Book
from grader.feedback.matching import Match, contradicts, matches, named_by_symptom
from grader.feedback.places import place_of
from grader.feedback.relations import relation_of
from grader.records import CheckResult, Compared

Confidence = Literal["high", "middle", "low"]

ALSO_AT_MOST: Final = 3
ALIKE_AT_MOST: Final = 3  # mistakes with one symptom; of more it tells too little
ARRAYS_AT_MOST: Final = 3  # wrong arrays that are looked at for a relation


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a check most likely failed of.

    Attributes:
        name: of the mistake or the relation; `place` for a place.
        kind: `mistake`, `relation` or `place`.
        array: the wrong array that shows it; empty where none is compared.
        residual: what it leaves unexplained, relative; 0 for a place.
        says: a sentence or two for the student.
        also: other mistakes that give the same here.
    """

    name: str
    kind: Literal["mistake", "relation", "place"]
    confidence: Confidence
    array: str
    residual: float
    says: str
    also: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Makes the evidence of a check."""
        return {
            "name": self.name,
            "kind": self.kind,
            "confidence": self.confidence,
            "array": self.array,
            "residual": float(f"{self.residual:.2g}"),
            **({"also": list(self.also)} if self.also else {}),
        }


def known_mistake(
    result: CheckResult, book: Book, passed: Collection[str], others: Sequence[CheckResult] = ()
) -> Diagnosis | None:
    """Finds the mistake that gives what a hand-in gave.

    Args:
        result: of the check that failed.
        book: of mistakes.
        passed: ids of the checks that passed.
        others: the other checks that failed; a mistake that explains these too is likelier.
    """
    found = matches(result, book)
    if not found:
        return None
    whole = [each for each in found if each.whole]
    if not whole:
        return _of_mistake(found[0], result, book, "middle", found[1:])
    hits = {each.name: sum(_explains(each.name, other, book) for other in others) for each in whole}
    against = {each.name: contradicts(each.name, book, passed) for each in whole}
    standing = {each.name: (not each.sure, against[each.name], -hits[each.name]) for each in whole}
    whole.sort(key=lambda each: standing[each.name])
    best = whole[0]
    # Two mistakes that come to the same here, said otherwise, are a guess each.
    alike = {
        book.mistakes[each.name].says
        for each in whole
        if standing[each.name] == standing[best.name]
    }
    sure = best.sure and not against[best.name] and len(alike) == 1
    return _of_mistake(best, result, book, "high" if sure else "middle", whole[1:])


def from_symptom(
    result: CheckResult, book: Book, passed: Collection[str], others: Sequence[CheckResult] = ()
) -> Diagnosis | None:
    """Finds the mistake of which a check that compares no arrays says the same.

    Args:
        result: of the check that failed.
        book: of mistakes.
        passed: ids of the checks that passed. One of the same criterion rules out a mistake that
            would have failed it; others may ask for a piece written, or lent, apart.
        others: the other checks that failed; a mistake that explains these too is likelier.
    """
    beside = {each for each in passed if each.partition("/")[0] == result.id.partition("/")[0]}
    names = [name for name in named_by_symptom(result, book) if not contradicts(name, book, beside)]
    if not names or len(names) > ALIKE_AT_MOST:
        return None
    hits = {name: sum(_explains(name, other, book) for other in others) for name in names}
    names.sort(key=lambda name: -hits[name])
    best, *rest = (Match(name, True, ("",), (), 0.0, False) for name in names)
    return _of_mistake(best, result, book, "middle", rest)


def _explains(name: str, result: CheckResult, book: Book) -> bool:
    arrays = any(each.whole and each.name == name for each in matches(result, book))
    return arrays or name in named_by_symptom(result, book)


def _of_mistake(
    best: Match, result: CheckResult, book: Book, confidence: Confidence, rest: Sequence[Match]
) -> Diagnosis:
    mistake = book.mistakes[best.name]
    array = best.explained[0]
    if best.whole:
        start = "This is what comes out when" if confidence == "high" else "It looks as if"
        said = f"{start} {mistake.says}."
    else:
        said = f"{array} is what comes out when {mistake.says}."
        others = [name for name in best.unexplained if name not in best.explained]
        if others:
            verb = "differ" if others[1:] else "differs"
            said = f"{said[:-1]}; {' and '.join(others)} {verb} in another way."
    same = [each.name for each in rest if each.whole == best.whole][:ALSO_AT_MOST]
    other = next(
        (book.mistakes[name].says for name in same if book.mistakes[name].says != mistake.says), ""
    )
    if other and best.whole:
        said += f" Or {'when' if confidence == 'high' else 'as if'} {other}."
    return Diagnosis(
        name=best.name,
        kind="mistake",
        confidence=confidence,
        array=array,
        residual=best.residual,
        says=f"{said} {mistake.hint}",
        also=tuple(same),
    )


def from_arrays(result: CheckResult) -> Diagnosis | None:
    """Finds a relation between a wrong array and the right one, else where they part."""
    case, wrong = first_case(result)
    for one in wrong[:ARRAYS_AT_MOST]:
        relation = relation_of(one, case)
        if relation is not None:
            return Diagnosis(
                name=relation.name,
                kind="relation",
                confidence="middle",
                array=one.name,
                residual=relation.residual,
                says=f"{one.name} {relation.says}.",
            )
    for one in wrong[:ARRAYS_AT_MOST]:
        place = place_of(one)
        if place is not None:
            return Diagnosis("place", "place", "low", one.name, 0.0, place.says)
    return None


def first_case(result: CheckResult) -> tuple[tuple[Compared, ...], tuple[Compared, ...]]:
    """Returns the arrays of the first case that has a wrong one, and the wrong ones of these."""
    name = next((each.case for each in result.compared if each.wrong), None)
    case = tuple(each for each in result.compared if each.case == name)
    return case, tuple(each for each in case if each.wrong and each.actual is not None)
