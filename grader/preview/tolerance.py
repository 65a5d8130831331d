"""How a case's tolerance was changed, and which of its values are right by the new one.

A report holds for each compared value which share of the allowed difference it used. Where both
parts of the tolerance grow by one factor that tells all; otherwise it tells a range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from grader.checks.cases import Case, Cases
from grader.checks.draws import draw_inputs
from grader.checks.judging import SINGLE
from grader.checks.margins import LEAST, OF_ALLOWED, TOLERANCE
from grader.checks.margins import SINGLE as SINGLE_KEY
from grader.closeness import TABLE, Tolerance

# How far a share may be from what is written: three digits of what passed, six of what failed.
WRITTEN: Final = 0.006
WRITTEN_WRONG: Final = 1e-5
_AS_BEFORE: Final = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class ToleranceChange:
    """How a case's tolerance changed, and how close its values came by the old one.

    Attributes:
        names: of the values that were compared.
        shares: for each, the largest difference over the one that was allowed.
        factors: for each, between which factors what is allowed has grown.
    """

    names: tuple[str, ...]
    shares: tuple[float, ...]
    factors: tuple[tuple[float, float], ...]

    @property
    def same(self) -> bool:
        """Whether as much is allowed as before."""
        return all(pair == _AS_BEFORE for pair in self.factors)

    @property
    def looser(self) -> bool:
        """Whether nothing is allowed less than before."""
        return all(low >= 1 for low, _ in self.factors)

    @property
    def tighter(self) -> bool:
        """Whether nothing is allowed more than before."""
        return all(high <= 1 for _, high in self.factors)

    def all_right(self) -> bool | None:
        """Whether all values are right by the new tolerance; `None` where it cannot be told."""
        states = [self.right(name) for name in self.names]
        if False in states:
            return False
        return None if None in states else True

    def right(self, name: str) -> bool | None:
        """Whether a value is right by the new tolerance; `None` where that cannot be told."""
        at = self.names.index(name)
        share, (low, high) = self.shares[at], self.factors[at]
        if share > 1:
            least, most = share * (1 - WRITTEN_WRONG), share * (1 + WRITTEN_WRONG)
        else:
            least = share * (1 - WRITTEN)
            most = max(share * (1 + WRITTEN), LEAST)
        if low > 0 and most <= low:
            return True
        if least > high:
            return False
        return None


def tolerance_change(case: Mapping[str, Any], common: Cases, at: int) -> ToleranceChange | None:
    """Compares a case's tolerance then with that of the edited rubric."""
    found, old = case.get(OF_ALLOWED), case.get(TOLERANCE)
    if not isinstance(found, dict) or not isinstance(old, dict):
        return None
    try:
        shares = {str(name): float(share) for name, share in found.items()}
        before = Tolerance(float(old["rtol"]), float(old["atol"]))
    except (KeyError, TypeError, ValueError):
        return None
    after = _tolerance_now(common, common.cases[at], before)
    if after == before:  # mostly
        return ToleranceChange(tuple(shares), tuple(shares.values()), (_AS_BEFORE,) * len(shares))
    single = case.get(SINGLE_KEY, ())
    factors = []
    for name in shares:
        pair = (_at_least_single(before), _at_least_single(after))
        was, now = pair if name in single else (before, after)
        grown = (_factor(was.rtol, now.rtol), _factor(was.atol, now.atol))
        factors.append((min(grown), max(grown)))
    return ToleranceChange(tuple(shares), tuple(shares.values()), tuple(factors))


def _tolerance_now(common: Cases, case: Case, before: Tolerance) -> Tolerance:
    if common.tolerance is not None:
        return common.tolerance
    if before in TABLE.values():
        return before  # the table's, which the dtypes of the same inputs decide
    drawn = draw_inputs(case.inputs, case.sizes, np.random.default_rng(0))
    return common.tolerance_of(*drawn.values())


def _at_least_single(one: Tolerance) -> Tolerance:
    return Tolerance(max(SINGLE.rtol, one.rtol), max(SINGLE.atol, one.atol))


def _factor(before: float, after: float) -> float:
    if before == after:
        return 1.0
    return after / before if before else float("inf")


def has_same_tolerances(cases: Sequence[Mapping[str, Any]], common: Cases) -> bool:
    """Tells quickly, for what most hand-ins get right, whether cases and tolerance are the same."""
    set_here = common.tolerance
    wanted = _TABLE if set_here is None else ({"rtol": set_here.rtol, "atol": set_here.atol},)
    if len(cases) != len(common.cases):
        return False
    for case, asked in zip(cases, common.cases, strict=True):
        if case.get(TOLERANCE) not in wanted or case.get("case") not in ("", asked.name):
            return False
    return True


_TABLE: Final = tuple(asdict(one) for one in TABLE.values())
