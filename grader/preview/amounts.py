"""Writes points, changes of them and their reasons, alike in a terminal and on a page."""

from __future__ import annotations

from decimal import Decimal

from grader.preview.previewed import CriterionChange, Points
from grader.preview.told import Told
from grader.report.wording import plural, points_text


def range_text(points: Points) -> str:
    """Writes a range of points.

    >>> range_text(Points(Decimal(4), Decimal("6.50")))
    '4–6.5'
    """
    if points.lower == points.upper:
        return points_text(points.lower)
    return f"{points_text(points.lower)}–{points_text(points.upper)}"


def signed_text(points: Decimal) -> str:
    """Writes by how much points change.

    >>> signed_text(Decimal(2)), signed_text(Decimal("-0.50")), signed_text(Decimal(0))
    ('+2', '−0.5', '0')
    """
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{points_text(abs(points))}"


def change_text(before: Points, after: Points) -> str:
    """Writes by how much a range changes, its two ends in the order of the change.

    >>> four, six = Points(Decimal(4), Decimal(4)), Points(Decimal(3), Decimal(6))
    >>> change_text(four, six), change_text(four, four)
    ('−1 to +2', 'the same in all')
    """
    change = after.minus(before)
    least, most = sorted((change.lower, change.upper))
    if not least and not most:
        return "the same in all"
    return signed_text(least) if least == most else f"{signed_text(least)} to {signed_text(most)}"


def untold_text(change: CriterionChange) -> str:
    """Writes why the reports do not tell a change; empty where they do."""
    return f"cannot be told: {'; '.join(change.untold)}" if change.untold else ""


def summary_text(told: Told) -> str:
    """Writes how many hand-ins change, and of how many the reports do not tell all."""
    changed, untold = len(told.changed), len(told.not_told)
    said = f"{changed} of {plural(len(told.handins), 'hand-in')} change{'s' * (changed == 1)}."
    if untold:
        said += f" Of {untold} the reports do not tell all, so the points are a range."
    return said


def from_to_text(before: Decimal, after: Decimal) -> str:
    """Writes an amount before and after; once where it is the same.

    >>> from_to_text(Decimal(10), Decimal(12)), from_to_text(Decimal(10), Decimal(10))
    ('10 → 12', '10')
    """
    first, second = points_text(before), points_text(after)
    return first if first == second else f"{first} → {second}"
