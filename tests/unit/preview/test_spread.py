"""How points are spread, and who crosses the pass mark."""

from __future__ import annotations

from decimal import Decimal

from grader.preview.previewed import Points, PreviewedHandIn
from grader.preview.spread import Crossing, classes, crossings, means


def handin(name: str, before: tuple[int, int], after: tuple[int, int]) -> PreviewedHandIn:
    def pair(of: tuple[int, int]) -> Points:
        return Points(Decimal(of[0]), Decimal(of[1]))

    return PreviewedHandIn(name, pair(before), pair(after), ())


def test_hand_ins_are_sorted_by_what_is_certain() -> None:
    found = classes([handin("a", (0, 50), (10, 50)), handin("b", (50, 50), (49, 50))], Decimal(50))
    assert [(one.start, one.end) for one in found][::9] == [(0, 5), (45, 50)]
    assert [one.before for one in found] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert [one.after for one in found] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_bonus_widens_the_classes() -> None:
    found = classes([handin("a", (5, 5), (20, 20))], Decimal(10))
    assert found[-1].end == 20
    assert found[-1].after == 1


def test_a_course_without_points_has_classes_too() -> None:
    assert classes([handin("a", (0, 0), (0, 0))], Decimal(0))[0].before == 1


def test_means_are_rounded_to_hundredths() -> None:
    found = means([handin(name, (1, 2), (points, 3)) for name, points in (("a", 1), ("b", 2))])
    assert found == (Points(Decimal(1), Decimal(2)), Points(Decimal("1.5"), Decimal(3)))


def test_who_crosses_the_mark_is_told_apart_from_who_may() -> None:
    found = crossings(
        [
            handin("stays", (50, 60), (55, 60)),
            handin("rises", (40, 40), (50, 50)),
            handin("falls", (50, 50), (40, 49)),
            handin("may", (40, 40), (40, 60)),
            handin("was open", (40, 60), (30, 70)),
            handin("is settled", (40, 60), (50, 60)),
        ],
        Decimal(50),
        Decimal(50),
    )
    assert found == Crossing(("rises", "is settled"), ("falls",), ("may",))


def test_the_mark_may_move_with_what_is_possible() -> None:
    one = [handin("a", (50, 50), (50, 50))]
    assert crossings(one, Decimal(50), Decimal(55)).now_fail == ("a",)
