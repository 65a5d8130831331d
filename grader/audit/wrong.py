"""The wrong solutions that a rubric is put to: mutants, misconceptions and canaries alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from grader.audit.canaries import CANARIES, canary_source
from grader.audit.mutants import mutants_of
from grader.audit.precision import SINGLE, can_be_single, single_source
from grader.records import Criterion, Rubric
from grader.variants.catalogue import Misconception, read_catalogue
from grader.variants.overlay import Sources, variant_of
from grader.variants.reach import Reach

Sort = Literal["mutant", "misconception", "canary", "single"]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong solution: the reference with another text for one file.

    Attributes:
        sort: where it comes from; `single` is right, and computes in single precision.
        family: of slips, of misconceptions, or the canary's kind.
        key: names it for good: a mutant's fingerprint, a misconception's name, a canary's subject
            and kind.
        told: what is wrong, for people.
        side: whose file differs.
        file: its path there.
        source: its text.
        asked: ids of the criteria with points that it may fail, the nearest first.
        given: ids of those of 0 points that it may fail, which ask what students are given.
        is_given: whether one of these is nearer than any with points: the fault lies in what
            students are given.
    """

    sort: Sort
    family: str
    key: str
    told: str
    side: Literal["library", "handin"]
    file: str
    source: bytes
    asked: tuple[str, ...]
    given: tuple[str, ...] = ()
    is_given: bool = False

    def sources(self, reference: Sources) -> Sources:
        """Makes its sources from the right ones."""
        if self.side == "library":
            return Sources(reference.handin, {**reference.library, self.file: self.source})
        return Sources({**reference.handin, self.file: self.source}, reference.library)


def mutants(reach: Reach) -> Iterator[Wrong]:
    """Yields the mutants that reach a criterion with points."""
    known: dict[object, _Reached] = {}
    for each in mutants_of(reach.reference):
        if each.changed not in known:
            known[each.changed] = _paid(reach.rubric, reach.of({each.changed}))
        reached = known[each.changed]
        if reached.asked:
            wrong = each.sources(reach.reference)
            files = wrong.library if each.side == "library" else wrong.handin
            yield Wrong(
                sort="mutant",
                family=each.family,
                key=each.fingerprint,
                told=each.name,
                side=each.side,
                file=each.file,
                source=files[each.file],
                asked=reached.asked,
                given=reached.given,
                is_given=reached.is_given,
            )


def misconceptions(reach: Reach) -> Iterator[Wrong]:
    """Yields the misconceptions that reach a criterion with points.

    Raises:
        RubricNotFound: there are none, as in a student's copy.
        VariantError: an edit does not fit the source.
    """
    rubric = reach.rubric
    for each in read_catalogue():
        if not _fits(each, reach.reference):
            continue  # a course with a library of its own has none of these files
        variant = variant_of(reach.reference, each, rubric.assignment, rubric.handin.roots)
        reached = _paid(rubric, {} if variant is None else reach.distances(variant))
        if variant is not None and reached.asked:
            own = each.assignment is not None
            file = each.file.split("/", 3)[3] if own else each.file
            files = variant.handin if own else variant.library
            yield Wrong(
                sort="misconception",
                family=each.family,
                key=each.name,
                told=each.says,
                side="handin" if own else "library",
                file=file,
                source=files[file],
                asked=reached.asked,
                given=reached.given,
                is_given=reached.is_given,
            )


def canaries(reach: Reach) -> Iterator[Wrong]:
    """Yields for each subject what returns nothing, a constant, NaN and the like in its place."""
    yield from _spoiled(reach, "canary", CANARIES)


def single_precision(reach: Reach) -> Iterator[Wrong]:
    """Yields the reference with one function that computes in single precision, which is right."""
    yield from _spoiled(reach, "single", {SINGLE: ""})


def _spoiled(reach: Reach, sort: Sort, values: dict[str, str]) -> Iterator[Wrong]:
    subjects: dict[str, list[Criterion]] = {}
    for criterion in reach.rubric.criteria:
        if criterion.points:
            subjects.setdefault(criterion.subject, []).append(criterion)
    for subject, criteria in subjects.items():
        file = _file_of(subject, reach.reference)
        if file is None:
            continue
        module = file.removesuffix(".py").replace("/", ".")
        if sort == "single" and not can_be_single(subject, reach.reference.handin[file], criteria):
            continue
        for name, value in values.items():
            made = single_source if sort == "single" else canary_source
            source = reach.reference.handin[file] + made(subject, module, value).encode()
            yield Wrong(
                sort=sort,
                family=name,
                key=f"{subject} {name}",
                told=f"{subject} gives {name.replace('_', ' ')}",
                side="handin",
                file=file,
                source=source,
                asked=tuple(each.id for each in criteria),
            )


class _Reached(NamedTuple):
    asked: tuple[str, ...]
    given: tuple[str, ...]
    is_given: bool


def _paid(rubric: Rubric, distances: Mapping[str, int]) -> _Reached:
    """Parts criteria into those with points and those without."""
    points = {each.id for each in rubric.criteria if each.points}
    asked = tuple(name for name in distances if name in points)
    given = tuple(name for name in distances if name not in points)
    is_given = bool(asked and given) and distances[given[0]] < distances[asked[0]]
    return _Reached(asked, given, is_given)


def _fits(each: Misconception, reference: Sources) -> bool:
    if each.assignment is not None:
        return True
    source = reference.library.get(each.file, b"").decode("utf-8")
    return all(source.count(edit.find) == 1 for edit in each.edits[:1])


def _file_of(subject: str, reference: Sources) -> str | None:
    parts = subject.split(".")
    files = ("/".join(parts[:length]) + ".py" for length in range(len(parts), 0, -1))
    return next((file for file in files if file in reference.handin), None)
