"""What an audit shows of a rubric: who survives, what each criterion, case and tolerance is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from grader.audit.trying import Caught, Verdict
from grader.checks.cases import Cases
from grader.records import CheckSpec, Criterion, Rubric

SORTS: Final = ("mutant", "misconception")  # that are small slips; canaries fail everything
NARROW: Final = 10.0  # times what is allowed: a difference that is caught by less is a near miss


@dataclass(frozen=True, slots=True)
class Narrow:
    """A check whose tolerance would, at ten times its size, admit a wrong solution.

    Attributes:
        ratio: the smallest difference over the one allowed that it caught.
    """

    check: str
    ratio: float
    wrong: Verdict


@dataclass(frozen=True, slots=True)
class Findings:
    """What an audit shows.

    Attributes:
        verdicts: of all wrong solutions, in the order in which they were made.
        single: of the reference in single precision, subject by subject.
        seconds: that the right reference takes, by criterion.
        unfair: points that the right reference itself loses, by criterion.
        reasons: of the survivors that the course lists.
        whole: whether all that a wrong solution reaches was asked, and not only to the first loss.
        sampled: whether some wrong solutions were left out.
        wall_s: seconds of the whole audit.
    """

    rubric: Rubric
    verdicts: tuple[Verdict, ...]
    single: tuple[Verdict, ...]
    seconds: Mapping[str, float]
    unfair: Mapping[str, Decimal]
    reasons: Mapping[str, str]
    whole: bool
    sampled: bool
    wall_s: float

    @property
    def survivors(self) -> tuple[Verdict, ...]:
        """Those that lose nothing, do not the same as the reference, and are not listed."""
        return tuple(each for each in self._alive() if each.wrong.key not in self.reasons)

    @property
    def listed(self) -> tuple[Verdict, ...]:
        """Those that lose nothing, for a reason that the course gives."""
        return tuple(each for each in self._alive() if each.wrong.key in self.reasons)

    @property
    def outdated(self) -> tuple[str, ...]:
        """Names that are listed as survivors, and lose points."""
        killed = {each.wrong.key for each in self.verdicts if each.fate == "killed"}
        return tuple(name for name in self.reasons if name in killed)

    @property
    def is_clean(self) -> bool:
        """Whether nothing survives without a reason, and the right reference loses nothing."""
        return not self.survivors and not self.unfair

    def counts(self) -> Mapping[tuple[str, str], int]:
        """Counts the wrong solutions by sort and fate."""
        return Counter((each.wrong.sort, each.fate) for each in self.verdicts)

    def matrix(self) -> Mapping[str, Mapping[str, int]]:
        """Counts by criterion and family how many wrong solutions lost credit there."""
        found: dict[str, Counter[str]] = {each.id: Counter() for each in self._paid()}
        for verdict in self.verdicts:
            for criterion in {each.criterion for each in verdict.caught} & found.keys():
                found[criterion][family_of(verdict)] += 1
        return found

    def families(self) -> tuple[str, ...]:
        """Names the families of the matrix, mutants first."""
        return tuple(dict.fromkeys(family_of(each) for each in self.verdicts))

    def idle_criteria(self) -> tuple[str, ...]:
        """Names the criteria with points that are never the only one to take points.

        Where not all was asked: that never take points before another does.
        """
        alone = {
            next(iter(each.lost))
            for each in self.verdicts
            if len(each.lost) == 1 and each.wrong.sort in SORTS
        }
        reached = {name for each in self._slips() for name in each.asked}
        return tuple(
            each.id for each in self._paid() if each.id in reached and each.id not in alone
        )

    def unreached_criteria(self) -> tuple[str, ...]:
        """Names the criteria with points that no slip was put to, such as trainings."""
        reached = {name for each in self._slips() for name in each.wrong.asked}
        return tuple(each.id for each in self._paid() if each.id not in reached)

    def idle_cases(self) -> tuple[tuple[str, str], ...]:
        """Lists check and case of those without which every slip would still lose points there."""
        needed: set[tuple[str, str]] = set()
        hit: set[str] = set()
        for verdict in self._slips():
            for criterion, caught in _by_criterion(verdict.caught).items():
                hit.add(criterion)
                pairs = {(each.check, case) for each in caught for case in each.cases or ("",)}
                if len(pairs) == 1:
                    needed |= pairs
        return tuple(
            (spec.id, case)
            for criterion in self._paid()
            if criterion.id in hit
            for spec in criterion.checks
            for case in _cases(spec)
            if (spec.id, case) not in needed
        )

    def narrow(self) -> tuple[Narrow, ...]:
        """Lists the checks that caught a slip by less than ten times what they allow."""
        least: dict[str, Narrow] = {}
        for verdict in self._slips():
            for each in verdict.caught:
                known = least.get(each.check)
                if each.ratio < NARROW and (known is None or each.ratio < known.ratio):
                    least[each.check] = Narrow(each.check, each.ratio, verdict)
        return tuple(sorted(least.values(), key=lambda one: one.ratio))

    def too_strict(self) -> tuple[Verdict, ...]:
        """Lists the subjects that lose points where they compute in single precision."""
        return tuple(each for each in self.single if each.lost)

    def _alive(self) -> Iterator[Verdict]:
        return (each for each in self.verdicts if each.fate in ("survived", "open"))

    def _slips(self) -> Iterator[Verdict]:
        return (each for each in self.verdicts if each.wrong.sort in SORTS)

    def _paid(self) -> Iterator[Criterion]:
        return (each for each in self.rubric.criteria if each.points)


def family_of(verdict: Verdict) -> str:
    """Names the column of the matrix that a wrong solution belongs to."""
    return f"{verdict.wrong.sort}: {verdict.wrong.family}"


def _by_criterion(caught: Sequence[Caught]) -> Mapping[str, list[Caught]]:
    found: dict[str, list[Caught]] = {}
    for each in caught:
        found.setdefault(each.criterion, []).append(each)
    return found


def _cases(spec: CheckSpec) -> tuple[str, ...]:
    """Names the cases that count, as evidence does; one without a name where there is one alone."""
    common = getattr(spec.params, "common", None)
    if not isinstance(common, Cases) or len(common.cases) < 2:
        return ("",)
    return tuple(case.name for case in common.cases if not case.beyond_text)
