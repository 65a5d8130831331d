"""From a metric to credit: a curve of straight pieces between points that a rubric names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class CreditCurve:
    """Points `(metric, credit)` in rising order; level before the first and after the last."""

    points: tuple[tuple[float, float], ...]

    def credit(self, metric: float) -> float:
        """Returns the credit of a metric, from 0 to 1.

        >>> CreditCurve(((0.6, 0), (0.8, 1))).credit(0.65)
        0.25
        """
        after = bisect_right([at for at, _ in self.points], metric)
        if after == 0:
            return self.points[0][1]
        if after == len(self.points):
            return self.points[-1][1]
        (left, low), (right, high) = self.points[after - 1 : after + 1]
        return round(low + (high - low) * (metric - left) / (right - left), 6)

    @property
    def full_from(self) -> float:
        """The least metric that earns all that can be earned."""
        most = self.points[-1][1]
        return next(at for at, credit in self.points if credit == most)

    @property
    def none_below(self) -> float:
        """The metric up to which as little is earned as at the curve's beginning."""
        least = self.points[0][1]
        return max(at for at, credit in self.points if credit == least)


def read_curve(points: Sequence[Sequence[float]]) -> CreditCurve:
    """Reads a curve as a rubric has it.

    Args:
        points: pairs of a metric and its credit.

    Raises:
        ValueError: the metrics do not rise, the credit falls, does not end at 1, or begins there.
    """
    curve = CreditCurve(tuple((float(at), float(credit)) for at, credit in points))
    metrics = [at for at, _ in curve.points]
    credits = [credit for _, credit in curve.points]
    if any(left >= right for left, right in pairwise(metrics)):
        raise ValueError(
            f"The metrics of a curve have to rise from point to point, and {metrics} do not. "
            "Write the points from the lowest metric to the highest, each metric once."
        )
    if any(left > right for left, right in pairwise(credits)):
        raise ValueError(
            f"A better metric may not earn less, and the credit of the curve goes {credits}. "
            "Write credit that never falls."
        )
    if credits[-1] != 1:
        raise ValueError(
            f"The curve ends at a credit of {credits[-1]:g}, so nobody could get full credit. Let "
            "the last point have the credit 1."
        )
    if credits[0] == 1:
        raise ValueError(
            f"The curve has full credit at its first metric already, {metrics[0]:g}, and below it "
            "as well, so any network would get it. Begin with a point of less credit, as in "
            f"[[0, 0], [{metrics[0]:g}, 1]]."
        )
    return curve
