"""What is told of a preview is gathered report by report, and written alike everywhere."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.preview.amounts import change_text, summary_text, untold_text
from grader.preview.previewed import CriterionChange, Points
from grader.preview.rescore import Preview
from grader.preview.told import PassMark, tell
from tests.unit.preview.course import WRONG, rubric_of, stored

POINTS = ("    points: 6\n", "    points: 8\n")


def points(lower: float, upper: float) -> Points:
    return Points(Decimal(str(lower)), Decimal(str(upper)))


def test_reports_are_taken_one_at_a_time(tmp_path: Path) -> None:
    before = rubric_of(tmp_path, name="before.yaml")
    after = rubric_of(tmp_path, POINTS)
    reports = (
        stored(tmp_path, before, handin=name, shares=shares)
        for name, shares in (("alice", {}), ("bob", {"net/output": WRONG}))
    )
    told = tell(Preview(after, before), reports, PassMark(Decimal(90), is_share=True))
    assert next(reports, None) is None
    assert [one.handin for one in told.handins] == ["alice", "bob"]
    assert [one.handin for one in told.changed] == ["alice"]
    assert told.not_told == []
    assert told.possible == (10, 12)
    assert told.marks == (9, Decimal("10.8"))
    assert told.digests == {before.digest: 2}
    assert told.edits == {"net": ("points 6 → 8",)}


def test_nothing_is_told_of_no_reports(tmp_path: Path) -> None:
    told = tell(Preview(rubric_of(tmp_path)), [])
    assert (told.handins, dict(told.digests)) == ([], {})


def test_two_reports_of_one_hand_in_are_refused(tmp_path: Path) -> None:
    rubric = rubric_of(tmp_path)
    one = stored(tmp_path, rubric)
    with pytest.raises(UsageError) as caught:
        tell(Preview(rubric), [one, one])
    assert str(caught.value).startswith("Two reports are of the hand-in alice, which would count")


def test_edits_of_several_rubrics_are_told_together(tmp_path: Path) -> None:
    first = rubric_of(tmp_path, name="first.yaml")
    second = rubric_of(tmp_path, ("    points: 6\n", "    points: 7\n"), name="second.yaml")
    reports = [stored(tmp_path, first), stored(tmp_path, second, handin="bob")]
    told = tell(Preview(rubric_of(tmp_path, POINTS)), reports)
    assert told.edits == {"net": ("points 6 → 8", "points 7 → 8")}
    assert set(told.digests.values()) == {1}


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (points(4, 4), points(6, 6), "+2"),
        (points(4, 4), points(3.5, 3.5), "−0.5"),
        (points(4, 4), points(3, 6), "−1 to +2"),
        (points(4, 6), points(5, 5), "−1 to +1"),
        (points(4, 4), points(4, 4), "the same in all"),
    ],
)
def test_a_change_is_written_with_its_sign(before: Points, after: Points, text: str) -> None:
    assert change_text(before, after) == text


def test_why_something_is_not_told_is_written() -> None:
    change = CriterionChange("net", points(4, 4), points(0, 4), (), ("a new check", "a loan"))
    assert untold_text(change) == "cannot be told: a new check; a loan"


def test_the_summary_counts(tmp_path: Path) -> None:
    before = rubric_of(tmp_path, name="before.yaml")
    new = "      - {kind: output, name: more, inputs: {x: {normal: {shape: [5]}}}}\n  - id: net"
    after = rubric_of(tmp_path, ("  - id: net", new))
    told = tell(Preview(after, before), [stored(tmp_path, before)])
    assert summary_text(told) == (
        "1 of 1 hand-in changes. Of 1 the reports do not tell all, so the points are a range."
    )
    told = tell(Preview(before), [stored(tmp_path, before)])
    assert summary_text(told) == "0 of 1 hand-in change."
