"""Pages of previews to look at: of the small course, and with any text in every place of one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grader.preview.edits import WHOLE
from grader.preview.page import preview_page
from grader.preview.previewed import CriterionChange, Points, PreviewedHandIn
from grader.preview.spread import classes, crossings, means
from grader.preview.told import Told


def points(lower: float, upper: float | None = None) -> Points:
    return Points(Decimal(str(lower)), Decimal(str(lower if upper is None else upper)))


def course(said: str = "points 6 → 8") -> Told:
    """Four hand-ins: one gains, one loses, one cannot be told, one stays as it is.

    Args:
        said: what is said of the edits, and what the first hand-in and criterion are called.
    """
    odd = said if said != "points 6 → 8" else "bob"
    handins = [
        PreviewedHandIn("alice", points(8), points(8), ()),
        PreviewedHandIn(
            odd, points(8), points(10), (CriterionChange(odd, points(6), points(8), (said,)),)
        ),
        PreviewedHandIn(
            "eve",
            points(10),
            points(6, 8),
            (
                CriterionChange("affine", points(4), points(2, 4), (), (said, "a loan")),
                CriterionChange("net", points(6), points(4), ("weight of output 1 → 2", said)),
            ),
        ),
        PreviewedHandIn(
            "zoe", points(10), points(5), (CriterionChange("net", points(6), points(1), ()),)
        ),
    ]
    marks = (Decimal(7), Decimal(7))
    return Told(
        {WHOLE: ("maximum none → 12",), odd: (said,), "net": ("points 6 → 8", said)},
        handins,
        classes(handins, Decimal(12)),
        means(handins),
        (Decimal(10), Decimal(12)),
        marks,
        crossings(handins, *marks),
    )


def wide() -> str:
    """A page with ranges as long as they get, in the points and in their changes."""
    told = course()
    was, now = points(1080.25, 1100.75), points(1059.49, 1094.55)
    change = CriterionChange("layernorm_backward", was, now, (), ("a new check",))
    handin = PreviewedHandIn("a_student_of_the_course", was, now, (change,))
    return preview_page(replace(told, handins=[handin], means=(was, now)), "hw1")


def page(said: str = "points 6 → 8") -> str:
    return preview_page(course(said), "hw1")
