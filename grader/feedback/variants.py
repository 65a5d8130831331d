"""Asks a check of known mistakes: the reference with a misconception, judged as a hand-in is."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from grader import assignments
from grader.course import Course
from grader.errors import VariantError
from grader.feedback.book import Mistake
from grader.handin import HandIn
from grader.handin.model import digest_of
from grader.needs import FINE, all_needs
from grader.plan import GradingPlan, make_plan
from grader.records import CheckResult, CheckSpec, Criterion, Rubric, Visibility
from grader.staging import examine
from grader.variants.catalogue import Misconception
from grader.variants.overlay import Sources, variant_of
from grader.variants.reach import reach_of
from grader.variants.uses import Definition, Uses, name_of
from grader.worker.service import BROUGHT, WorkerService, is_installed

# That compare arrays, or say of a fault what tells it from others.
KINDS: Final = ("output", "gradient", "structure", "statistics", "open_classifier")


@dataclass(frozen=True, slots=True)
class Variants:
    """The misconceptions of an assignment, ready to be asked; made by `variants_of`.

    Attributes:
        rubric: with those visible checks alone whose kind is one of `KINDS`.
        catalogue: the misconceptions of the assignment, in their own order.
        reference: the right sources.
        reached: by criterion, the misconceptions that it reaches, the likeliest first.
    """

    rubric: Rubric
    catalogue: Mapping[str, Misconception]
    reference: Sources
    reached: Mapping[str, Sequence[str]]

    def ask(
        self, name: str, criteria: Sequence[str], course: Course, service: WorkerService
    ) -> Iterator[CheckResult]:
        """Yields what the checks of some criteria make of a misconception, in the rubric's order.

        A network that is built on a layer that the misconception fails is left out: in a hand-in
        the fault is charged, and explained, where it first shows. A layer is asked all the same,
        because a hand-in may have written it without the other one.

        Raises:
            WorkerDidNotStart: a fault of the machine.
        """
        rubric = self.rubric
        variant = self.sources(name)
        if variant is None:
            return
        plan = make_plan(rubric, _handin(variant), "check", only=criteria, missing=_missing())
        failed: set[str] = set()
        with examine(
            plan, service, confined=False, course=course, own_library=variant.library
        ) as examined:
            for planned in plan.checks:
                one = planned.criterion
                charged = not failed.isdisjoint(all_needs(rubric, one))
                if not planned.runs or (charged and _is_network(planned.spec)):
                    continue
                result = examined.examination.judge(planned)
                if result.outcome not in FINE:
                    failed.add(one.id)
                yield result

    def sources(self, name: str) -> Sources | None:
        """Makes the sources of a misconception; None where its edits fit no more."""
        roots = self.rubric.handin.roots
        try:
            each = self.catalogue[name]
            return variant_of(self.reference, each, self.rubric.assignment, roots)
        except VariantError:
            return None

    def criteria_of(self, name: str) -> list[str]:
        """Names the criteria that reach a misconception, in the rubric's order."""
        return [
            one.id for one in self.rubric.criteria if one.checks and name in self.reached[one.id]
        ]

    def lacking(self) -> list[str]:
        """Names the libraries that the checks ask for and that this machine does not have."""
        return sorted({each.library for each in self._plan_of_right().checks} & set(_missing()))

    def right(self, course: Course, service: WorkerService) -> Iterator[CheckResult]:
        """Yields what the checks make of the reference itself.

        Raises:
            WorkerDidNotStart: a fault of the machine.
        """
        plan = self._plan_of_right()
        with examine(
            plan, service, confined=False, course=course, own_library=self.reference.library
        ) as examined:
            for planned in plan.checks:
                if planned.runs:
                    yield examined.examination.judge(planned)

    def _plan_of_right(self) -> GradingPlan:
        return make_plan(self.rubric, _handin(self.reference), "check", missing=_missing())


def _missing() -> list[str]:
    return [library for library in BROUGHT if not is_installed(library)]


def mistake_of(each: Misconception) -> Mistake:
    """Takes the words of a misconception, and a digest of its edits."""
    parts = [each.file, *(text for edit in each.edits for text in (edit.find, edit.put))]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
    return Mistake(each.name, each.says, each.hint, digest)


def variants_of(rubric: Rubric, catalogue: Sequence[Misconception]) -> Variants:
    """Finds out which misconceptions the visible checks of a rubric reach.

    Raises:
        UsageError: the assignment has no template or no reference.
    """
    asking = replace(rubric, criteria=tuple(_asking(rubric)))
    reference = Sources(
        handin=assignments.reference_sources(rubric),
        library=assignments.reference_library(rubric),
    )
    uses = reach_of(asking, reference, assignments.provided_sources(rubric)).uses
    fitting = {
        each.name: each for each in catalogue if each.assignment in (None, rubric.assignment)
    }
    files = _Files(reference, rubric.handin.roots)
    places = {name: files.edited(each) for name, each in fitting.items()}
    return Variants(
        rubric=asking,
        catalogue=fitting,
        reference=reference,
        reached={one.id: _reached(one, places, fitting, uses) for one in asking.criteria},
    )


def _asking(rubric: Rubric) -> Iterator[Criterion]:
    for one in rubric.criteria:
        checks = tuple(spec for spec in one.checks if _is_asked(spec))
        # What others build on has to stay, though there may be nothing to ask of it.
        visible = one.visibility is Visibility.VISIBLE
        yield replace(one, checks=checks if visible else ())


def _is_asked(spec: CheckSpec) -> bool:
    return spec.kind in KINDS and spec.visibility is Visibility.VISIBLE


def _is_network(spec: CheckSpec) -> bool:
    """Tells whether the reference has to say which parameters there are."""
    return spec.params.common.convention.complete is not None


def _handin(sources: Sources) -> HandIn:
    digest = digest_of(sources.handin)
    return HandIn("reference", "folder", digest, ".", "handin", sources.handin, (), ())


def _reached(
    criterion: Criterion,
    places: Mapping[str, set[Definition]],
    catalogue: Mapping[str, Misconception],
    uses: Uses,
) -> list[str]:
    """Names misconceptions by how likely they are: those about the subject, then the nearest."""
    steps = _steps(_asked(criterion, uses), uses)
    found = {
        name: min(steps[one] for one in ones if one in steps)
        for name, ones in places.items()
        if not ones.isdisjoint(steps)
    }

    def rank(name: str) -> tuple[bool, int]:
        return criterion.subject not in catalogue[name].subjects, found[name]

    return sorted(found, key=rank)


def _asked(criterion: Criterion, uses: Uses) -> set[Definition]:
    """Lists the definitions of the hand-in that a criterion's checks may ask for by name."""
    forwards = (str(getattr(spec.params, "forward", "")) for spec in criterion.checks)
    names = {part for path in (criterion.subject, *forwards) for part in path.split(".")}
    return set().union(*(uses.named.get(name, ()) for name in names))


def _steps(ahead: set[Definition], uses: Uses) -> dict[Definition, int]:
    """Counts the uses on the way to each definition that some use."""
    found: dict[Definition, int] = {}
    nodes, steps = ahead, 0
    while nodes:
        found |= dict.fromkeys(nodes, steps)
        nodes = {used for one in nodes for used in uses.by.get(one, ())} - found.keys()
        steps += 1
    return found


@dataclass(frozen=True, slots=True)
class _Files:
    """Says which definitions a misconception edits."""

    reference: Sources
    roots: Sequence[str]
    _outlines: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def edited(self, each: Misconception) -> set[Definition]:
        """Lists the definitions that hold what is replaced in the right source."""
        if each.assignment is None:
            side, file, sources = "library", each.file, self.reference.library
        else:
            _, _, root, file = each.file.split("/", 3)
            side, sources = "handin", self.reference.handin if root in self.roots else {}
        if file not in sources:
            return set()
        text = sources[file].decode("utf-8")
        outline = self._outline(side, file, text)
        lines = (
            text.count("\n", 0, text.find(edit.find)) + 1
            for edit in each.edits
            if edit.find in text
        )
        starts = [start for start, _ in outline]
        return {
            Definition(side, file, outline[bisect_right(starts, line) - 1][1])  # type: ignore[arg-type]
            for line in lines
            if outline and line >= starts[0]
        }

    def _outline(self, side: str, file: str, text: str) -> list[tuple[int, str]]:
        import ast

        if (side, file) not in self._outlines:
            self._outlines[side, file] = [
                (
                    min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]),
                    name_of(node),
                )
                for node in ast.parse(text).body
            ]
        return self._outlines[side, file]
