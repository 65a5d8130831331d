"""Which criteria have to be asked again after a change, and which results stand.

What a criterion rests on is its subject, all that its checks name, and the criteria that decide
what is lent to it or whose right it takes for granted; with what all of these reach. Where that
cannot be told, it is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from grader.checks import CHECK_KINDS
from grader.checks.structure import StructureParams
from grader.conventions.convention import Convention
from grader.records import CheckResult, Criterion, Outcome, Rubric
from grader.watching.footprints import Footprints, difference

SEARCHING = ("layer_object", "network_of_blocks")  # names that they look for are their own
TEXT_CHARS = 300  # longer ones are no paths


@dataclass(frozen=True, slots=True)
class Judged:
    """A state of a hand-in that was judged.

    Attributes:
        footprints: its sources; None where these could not be told.
        place: what else decides how its files are imported.
        results: by check id.
    """

    footprints: Footprints | None
    place: tuple[str, ...]
    results: Mapping[str, CheckResult]


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the criteria of a rubric rest on.

    Attributes:
        foundations: by id of a criterion, the ids of all whose outcomes decide how it is judged.
        names: by id, all names that stand in these.
    """

    foundations: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[str]]


def grounds_of(rubric: Rubric) -> Grounds:
    """Works out, once for a rubric, what its criteria rest on."""
    texts = {each.id: (each.subject, *_texts(each)) for each in rubric.criteria}
    foundations = _foundations(rubric)
    names = {
        each: frozenset(
            name for other in found for text in texts[other] for name in text.split(".")
        )
        for each, found in foundations.items()
    }
    return Grounds(foundations, names)


def standing(
    rubric: Rubric,
    grounds: Grounds,
    before: Judged,
    footprints: Footprints | None,
    place: tuple[str, ...],
) -> Mapping[str, CheckResult]:
    """Returns the results of an earlier state that stand, by check id.

    Args:
        rubric: what is asked.
        grounds: of the rubric.
        before: the earlier state.
        footprints: of the state that is now; None where it cannot be told.
        place: see `Judged`.
    """
    if footprints is None or before.footprints is None or place != before.place:
        return {}
    differs = difference(before.footprints, footprints)
    pieces = (*before.footprints.modules, *footprints.modules)
    if differs and any(each.opaque for each in pieces):
        return {}
    anyway = set(_asked_anyway(rubric, before, footprints, bool(differs)))
    kept: dict[str, CheckResult] = {}
    for criterion in rubric.criteria:
        found = {each.id: before.results.get(each.id) for each in criterion.checks}
        known = {name: result for name, result in found.items() if result is not None}
        quotes = any(each.message or each.advice or each.notes for each in known.values())
        names = grounds.names[criterion.id]
        reached = differs.changes(names) or (quotes and differs.moves(names))
        if not reached and anyway.isdisjoint(grounds.foundations[criterion.id]):
            kept |= known
    return kept


def _asked_anyway(
    rubric: Rubric, before: Judged, footprints: Footprints, differs: bool
) -> Iterator[str]:
    """Names the criteria whose results may be others whatever has changed."""
    for criterion in rubric.criteria:
        results = [before.results.get(each.id) for each in criterion.checks]
        reads = any(not CHECK_KINDS[each.kind].asks_worker for each in criterion.checks)
        disturbed = any(each and each.outcome is Outcome.UNJUDGED for each in results)
        # Its words may name what else there is, and a ban holds for all files.
        *_, name = criterion.subject.split(".")
        looks_around = criterion.free_name or not footprints.defines(name)
        of_sources = any(_looks_around(each.params) for each in criterion.checks)
        if reads or disturbed or (differs and (looks_around or of_sources)):
            yield criterion.id


def _looks_around(params: Any) -> bool:
    """Tells whether a check asks about all sources, or searches a module for what fits."""
    convention = getattr(getattr(params, "common", None), "convention", None)
    if getattr(convention, "name", "") in SEARCHING:
        return True
    return isinstance(params, StructureParams) and bool(params.bans or params.vectorised)


def _foundations(rubric: Rubric) -> Mapping[str, frozenset[str]]:
    """Names, by criterion, all whose outcomes decide how it is judged, itself included.

    These are what it needs, to the end; those of functions that are lent together with these; and
    those of the functions that its checks name. Of all of them only such count as are judged
    before it.
    """
    needs = {each.id: each.needs for each in rubric.criteria}
    found: dict[str, frozenset[str]] = {}
    for criterion in rubric.criteria:
        needed = _followed(criterion.needs, needs)
        subjects = {each.subject for each in rubric.criteria if each.id in needed}
        for members in rubric.families.values():
            if subjects.intersection(members):
                subjects.update(members)
        subjects.update(_texts(criterion))
        earlier = [
            found[each.id]
            for each in rubric.criteria
            if each.id in found and (each.id in needed or each.subject in subjects)
        ]
        found[criterion.id] = frozenset({criterion.id}).union(*earlier)
    return found


def _followed(ids: Iterable[str], needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    ahead = set(ids)
    while ahead:
        each = ahead.pop()
        found.add(each)
        ahead |= set(needs[each]) - found
    return found


def _texts(criterion: Criterion) -> Iterator[str]:
    """Yields the texts of a criterion's checks that may be paths."""
    for spec in criterion.checks:
        for text in _texts_in(spec.params):
            if len(text) <= TEXT_CHARS and all(part.isidentifier() for part in text.split(".")):
                yield text


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts_in(key)
            yield from _texts_in(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _texts_in(item)
    elif is_dataclass(value) and not isinstance(value, type | Convention):
        for each in fields(value):
            yield from _texts_in(getattr(value, each.name))
