"""Says which criteria a variant can reach, the nearest first. Nothing runs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from grader.checks.cases import Cases
from grader.records import Criterion, Rubric
from grader.variants.overlay import Sources
from grader.variants.uses import WHOLE, Definition, Uses, name_of


@dataclass(frozen=True, slots=True)
class Reach:
    """What the criteria of a rubric reach of the reference; made by `reach_of`."""

    rubric: Rubric
    reference: Sources
    uses: Uses

    def criteria(self, variant: Sources) -> tuple[str, ...]:
        """Names the criteria that may be judged otherwise for a variant than for the reference.

        Those come first whose subject is nearest to what was changed.
        """
        return tuple(self.distances(variant))

    def distances(self, variant: Sources) -> Mapping[str, int]:
        """Counts for each of them the uses on the way to what was changed, the nearest first."""
        library = _differing(self.reference.library, variant.library)
        handin = _differing(self.reference.handin, variant.handin)
        changed = {
            *(Definition("library", *one) for one in _changed(self.reference.library, library)),
            *(Definition("handin", *one) for one in _changed(self.reference.handin, handin)),
        }
        # What stands in the place of a definition is used wherever the definition is.
        also = Uses(named=self.uses.named)
        also.add_library(library, self.reference.library)
        also.add_handin(handin, self.reference.library)
        return self._nearest(changed, (self.uses, also))

    def of(self, changed: Collection[Definition]) -> Mapping[str, int]:
        """Counts the same for definitions that use nothing new."""
        return self._nearest(changed, (self.uses,))

    def _nearest(
        self, changed: Collection[Definition], uses: Collection[Uses]
    ) -> Mapping[str, int]:
        steps = {each.id: _steps(self._asked(each), changed, uses) for each in self.rubric.criteria}
        found = {name: distance for name, distance in steps.items() if distance is not None}
        return dict(sorted(found.items(), key=lambda one: one[1]))

    def _asked(self, criterion: Criterion) -> set[Definition]:
        """Lists the definitions of the hand-in that a criterion's checks may ask for by name."""
        named = self.uses.named
        forwards = (str(getattr(spec.params, "forward", "")) for spec in criterion.checks)
        found = {one for path in (criterion.subject, *forwards) for one in self._named(path)}
        module = f"{criterion.subject.replace('.', '/')}.py"
        # Another name is looked for only where nothing goes by the criterion's own.
        searched = criterion.free_name and criterion.subject.rpartition(".")[2] not in named
        whole = {one for each in named.values() for one in each if searched or one.file == module}
        return whole | found

    def _named(self, path: str) -> Collection[Definition]:
        """Finds the definition that a path names; all that it could name where it is elsewhere."""
        parts, named = path.split("."), self.uses.named
        for at in range(len(parts) - 1, 0, -1):
            one = Definition("handin", "/".join(parts[:at]) + ".py", parts[at])
            if one in named.get(parts[at], ()):
                return (one,)
        return {one for part in parts for one in named.get(part, ())}


def reach_of(rubric: Rubric, reference: Sources, provided: Mapping[str, bytes]) -> Reach:
    """Reads the sources of the reference.

    Args:
        rubric: what is asked.
        reference: the right sources.
        provided: what students are given; by path below the hand-in's root.
    """
    uses = Uses()
    uses.add_library(reference.library, reference.library)
    own = _course_files(rubric, {*provided, *reference.handin})
    sources = {**provided, **reference.handin}
    handin = {file: source for file, source in sources.items() if file not in own}
    uses.add_handin(handin, reference.library)
    return Reach(rubric, reference, uses)


def _course_files(rubric: Rubric, files: Collection[str]) -> set[str]:
    """Lists files of the reference that no hand-in has: what is lent, and what is right as well.

    A variant changes nothing there, because these run where the reference does.
    """
    common = (
        getattr(spec.params, "common", None) for each in rubric.criteria for spec in each.checks
    )
    also = {path for each in common if isinstance(each, Cases) for path in each.also}
    lent = {path for members in rubric.families.values() for path in members}
    asked = {_file_of(each.subject, files) for each in rubric.criteria}
    return {file for path in also | lent if (file := _file_of(path, files))} - asked


def _file_of(subject: str, files: Collection[str]) -> str | None:
    parts = subject.split(".")
    names = ("/".join(parts[:length]) + ".py" for length in range(len(parts), 0, -1))
    return next((name for name in names if name in files), None)


def _differing(right: Mapping[str, bytes], wrong: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {file: wrong[file] for file in right if wrong[file] != right[file]}


def _changed(right: Mapping[str, bytes], wrong: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """Lists files with the definitions that differ; all where another statement does."""
    found: set[tuple[str, str]] = set()
    for file, source in wrong.items():
        before, after = _texts(right[file]), _texts(source)
        names = {name for name in before | after if before.get(name) != after.get(name)}
        found |= {(file, name) for name in (before | after if WHOLE in names else names)}
    return found


def _texts(source: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            name = name_of(node)
            found[name] = found.get(name, "") + ast.dump(node)
    return found


def _steps(
    ahead: Collection[Definition], wanted: Collection[Definition], uses: Collection[Uses]
) -> int | None:
    """Counts the uses on the way to the nearest of what is wanted; None without a way."""
    found: set[Definition] = set()
    nodes, steps = set(ahead), 0
    while nodes:
        if not nodes.isdisjoint(wanted):
            return steps
        found |= nodes
        nodes = {used for one in nodes for each in uses for used in each.by.get(one, ())} - found
        steps += 1
    return None
