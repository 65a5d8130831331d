"""Reports are scored again by an edited rubric, and every change has its reason."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from grader.preview.previewed import Points, PreviewedHandIn
from grader.preview.rescore import (
    ASKED_ANEW,
    LENT,
    LESS_TIME,
    MORE_TIME,
    NEW,
    NO_LONGER_HIDDEN,
    NOT_LENT,
    Preview,
)
from grader.records import CheckResult, Outcome
from tests.unit.preview.course import WRONG, result, rubric_of, stored

WEIGHT = ("name: hard", "weight: 3, name: hard")
AFFINE = "m.affine_forward\n    points: 4"


def points(lower: float, upper: float | None = None) -> Points:
    return Points(Decimal(str(lower)), Decimal(str(lower if upper is None else upper)))


class Desk:
    """Makes a report by the rubric of before, and previews an edit on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = rubric_of(folder, name="before.yaml")

    def preview(
        self, *edits: tuple[str, str], named: bool = True, **report: object
    ) -> PreviewedHandIn:
        rubric = rubric_of(self.folder, *edits)
        made = Preview(rubric, self.before if named else None)
        return made.of(stored(self.folder, self.before, **report))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("named", [True, False])
def test_without_an_edit_nothing_changes(desk: Desk, named: bool) -> None:
    found = desk.preview(named=named, shares={"affine/hard": WRONG})
    assert (found.before, found.after, found.changes) == (points(8), points(8), ())
    assert not found.changed
    assert found.told


@pytest.mark.parametrize("named", [True, False])
def test_points_count_as_they_are_now(desk: Desk, named: bool) -> None:
    found = desk.preview((AFFINE, AFFINE.replace("4", "8")), named=named)
    assert (found.before, found.after) == (points(10), points(14))
    (change,) = found.changes
    assert (change.id, change.before, change.after) == ("affine", points(4), points(8))
    assert change.because == ("points 4 → 8",)


def test_a_weight_is_named_or_guessed(desk: Desk) -> None:
    shares = {"affine/hard": WRONG}
    found = desk.preview(WEIGHT, shares=shares)
    assert found.changes[0].after == points(1)
    assert found.changes[0].because == ("weight of hard 1 → 3",)
    found = desk.preview(WEIGHT, shares=shares, named=False)
    assert found.changes[0].after == points(1)
    assert found.changes[0].because == ("weights of its checks",)


def test_a_tolerance_is_named_or_guessed(desk: Desk) -> None:
    wide = "tolerance: {rtol: 1.0e-6, atol: 1.0e-7, because: only for a test}, name: hard"
    edit = ("name: hard", wide)
    found = desk.preview(edit, shares={"affine/hard": WRONG})
    assert found.after == points(10)
    assert found.changes[0].because == ("tolerance of hard the table's → rtol 1e-06 atol 1e-07",)
    found = desk.preview(edit, shares={"affine/hard": WRONG}, named=False)
    assert found.changes[0].because == ("tolerance, credit or curve of hard",)


def test_bonus_and_maximum_are_applied(desk: Desk) -> None:
    found = desk.preview(
        ("    points: 6\n", "    points: 6\n    bonus: true\n"),
        ("criteria:", "maximum: 9\ncriteria:"),
    )
    assert (found.before, found.after) == (points(10), points(9))


def test_a_new_check_is_open(desk: Desk) -> None:
    more = "      - {kind: output, name: more, inputs: {x: {normal: {shape: [5]}}}}\n  - id: net"
    found = desk.preview(("  - id: net", more), named=False, shares={"affine/hard": WRONG})
    (change,) = found.changes
    assert change.after == points(1.33, 2.67)
    assert change.because == ("new check more",)
    assert change.untold == (NEW,)
    assert not found.told


def test_a_criterion_that_is_gone_takes_its_points_along(desk: Desk) -> None:
    at = "  - id: net\n"
    from tests.unit.preview.course import TEXT

    found = desk.preview((at + TEXT.partition(at)[2], ""))
    assert found.after == points(4)
    (change,) = found.changes
    assert (change.id, change.after, change.because) == ("net", points(0), ("criterion removed",))


def test_a_new_criterion_is_open(desk: Desk) -> None:
    found = desk.preview(("id: net", "id: network"))
    assert found.after == points(4, 10)
    new, gone = found.changes
    assert (new.id, new.after, new.because) == ("network", points(0, 6), ("new criterion",))
    assert (gone.id, gone.because) == ("net", ("criterion removed",))


def test_other_inputs_ask_anew(desk: Desk) -> None:
    found = desk.preview(("shape: [4]", "shape: [9]"))
    (change,) = found.changes
    assert change.after == points(2, 4)
    assert change.because == ("hard asks something else",)
    assert change.untold == (ASKED_ANEW,)


def test_hidden_checks_of_a_graded_report_count_as_before(desk: Desk) -> None:
    found = desk.preview(("visibility: hidden", "visibility: visible"))
    assert (found.changed, found.changes) == (False, ())


def test_a_practice_run_knows_nothing_of_what_was_hidden(desk: Desk) -> None:
    hidden = {"affine/hard": CheckResult("affine/hard", "output", Outcome.NOT_RUN_HERE, 0.0)}
    shown = ("visibility: hidden", "visibility: visible")
    found = desk.preview(shown, mode="check", results=hidden)
    assert found.after == points(8, 10)
    found = desk.preview(
        ("name: hard", "weight: 3, name: hard"), shown, mode="check", results=hidden
    )
    assert found.changes[0].untold == (NO_LONGER_HIDDEN,)


def test_a_check_that_a_practice_run_would_not_ask_is_open(desk: Desk) -> None:
    edit = ("    points: 6\n", "    points: 6\n    visibility: hidden\n")
    hidden = {"affine/hard": CheckResult("affine/hard", "output", Outcome.NOT_RUN_HERE, 0.0)}
    found = desk.preview(edit, mode="check", results=hidden)
    assert (found.before, found.after) == (points(8, 10), points(2, 10))
    assert desk.preview(edit, mode="grade").after == points(10)


def test_needs_matter_where_something_broken_is_lent(desk: Desk) -> None:
    edit = ("    needs: [affine]\n", "")
    assert not desk.preview(edit).changed
    broken = {"affine/output": WRONG}
    found = desk.preview(edit, shares=broken)
    assert found.after == points(2, 8)
    assert found.changes[0].untold == (NOT_LENT,)
    assert found.changes[0].because == ("needs affine no more",)


def test_a_new_need_may_mend_what_follows_from_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.before = rubric_of(tmp_path, ("    needs: [affine]\n", ""), name="before.yaml")
    found = desk.preview(shares={"affine/output": WRONG, "net/output": WRONG})
    assert found.after == points(2, 8)
    assert found.changes[0].untold == (LENT,)


def test_limits_matter_to_what_ran_long(desk: Desk) -> None:
    late = {"net/output": CheckResult("net/output", "output", Outcome.TIMED_OUT, 0.0)}
    found = desk.preview(("wall_s: 5", "wall_s: 50"), results=late)
    assert found.after == points(4, 10)
    assert found.changes[0].untold == (MORE_TIME,)
    slow = {"net/output": replace(result("net/output", 0.5), wall_s=4.0)}
    found = desk.preview(("wall_s: 5", "wall_s: 3"), results=slow)
    assert found.after == points(4, 10)
    assert found.changes[0].untold == (LESS_TIME,)
    assert desk.preview(("wall_s: 5", "wall_s: 50")).changes == ()


def test_scores_of_equal_results_are_computed_once(tmp_path: Path) -> None:
    rubric = rubric_of(tmp_path)
    made = Preview(rubric)
    for name in ("alice", "bob"):
        made.of(stored(tmp_path, rubric, handin=name))
    assert len(made._scores) == 2
    made.of(stored(tmp_path, rubric, handin="eve", shares={"net/output": WRONG}))
    assert len(made._scores) == 3
