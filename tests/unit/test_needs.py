"""What a criterion builds on is followed to its end, and families are lent whole."""

from grader.needs import all_needs, lendable, loans
from grader.records import CheckSpec, Criterion, HandInRules, Outcome, Rubric


def criterion(name, *needs):
    spec = CheckSpec(f"{name}/a", "output", None)
    return Criterion(name, name, f"layers.{name}", 1, (spec,), needs=needs)


CRITERIA = (
    criterion("f"),
    criterion("g", "f"),
    criterion("net", "g"),
    criterion("alone"),
)
FAMILIES = {"f": ("layers.f", "layers.f_backward"), "g": ("layers.g", "more.h")}
RUBRIC = Rubric(1, "hw", "", HandInRules(("hw",)), CRITERIA, FAMILIES)
F, G, NET, ALONE = CRITERIA
PASSED, FAILED, OPEN = Outcome.PASSED, Outcome.FAILED, Outcome.NOT_RUN_HERE


def test_needs_are_followed_to_their_end():
    assert all_needs(RUBRIC, NET) == {"f", "g"}
    assert all_needs(RUBRIC, ALONE) == set()


def test_the_family_of_the_subject_itself_is_never_lent():
    assert list(lendable(RUBRIC, NET)) == [*FAMILIES.values()]
    assert list(lendable(RUBRIC, G)) == [FAMILIES["f"]]
    assert list(lendable(RUBRIC, ALONE)) == []


def test_only_what_is_not_all_right_is_lent():
    assert loans(RUBRIC, NET, {"f": [PASSED], "g": [PASSED, OPEN]}) == {}
    assert loans(RUBRIC, NET, {"f": [FAILED, PASSED], "g": [PASSED]}) == {
        "layers": ("f", "f_backward")
    }
    # What was not asked at all may be the broken one.
    assert loans(RUBRIC, NET, {"g": [OPEN]}) == {"layers": ("g",), "more": ("h",)}
