"""Reports are read quickly, and what is none is refused as thoroughly as elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.errors import UsageError
from grader.preview.stored import read_stored, refuse_doubles, refuse_other_assignment
from grader.report.storage import read_report
from tests.unit.preview.course import WRONG, rubric_of, stored, write


def test_what_is_read_is_what_the_thorough_reader_reads(tmp_path: Path) -> None:
    rubric = rubric_of(tmp_path)
    path = write(tmp_path, rubric, shares={"net/output": WRONG})
    quick, thorough = read_stored(path), read_report(path)
    assert (quick.handin, quick.assignment, quick.mode, quick.finished) == (
        "alice",
        "hw1",
        "grade",
        True,
    )
    assert (quick.lower, quick.upper, quick.maximum) == (4, 4, None)
    assert quick.rubric_digest == rubric.digest
    for ours, theirs in zip(quick.criteria, thorough.criteria, strict=True):
        assert (ours.id, ours.points, ours.lower, ours.upper, ours.outcome) == (
            theirs.id,
            theirs.points,
            theirs.lower,
            theirs.upper,
            theirs.outcome,
        )
        for one, other in zip(ours.checks, theirs.checks, strict=True):
            assert (one.result.id, one.result.credit, one.visibility) == (
                other.id,
                other.credit,
                other.visibility,
            )
            assert one.result.evidence == other.evidence


def _change(path: Path, change: Callable[[Any], object]) -> Path:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    return path


def _set(*where: Any) -> Callable[[Any], object]:
    *path, key, value = where

    def change(data: Any) -> None:
        for step in path:
            data = data[step]
        data[key] = value

    return change


CHECK = ("criteria", 0, "checks", 0)


@pytest.mark.parametrize(
    "change",
    [
        _set("mode", "exam"),
        _set("finished", 1),
        _set("handin", "id", 3),
        _set("score", "lower", -1),
        _set("score", "upper", "9"),
        _set("criteria", {}),
        _set("criteria", 0, "points", None),
        _set("criteria", 0, "outcome", "fine"),
        _set("criteria", 0, "bonus", 0),
        _set(*CHECK, "credit", 1.5),
        _set(*CHECK, "credit", True),
        _set(*CHECK, "evidence", []),
        _set(*CHECK, "visibility", "seen"),
        lambda data: data.pop("environment"),
    ],
)
def test_what_departs_from_the_schema_is_refused(
    tmp_path: Path, change: Callable[[Any], object]
) -> None:
    path = _change(write(tmp_path, rubric_of(tmp_path)), change)
    with pytest.raises(UsageError, match=r"is not a report: at \$"):
        read_stored(path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "it is not JSON"),
        ('{"schema_version": 99}', "has schema_version 99; this grader reads versions up to"),
        ('{"schema_version": 1}', "of an older grader"),
        ("[]", "is not a report: at "),
        ("NaN", "NaN is no number of JSON"),
    ],
)
def test_another_file_is_refused_with_the_thorough_reader_s_words(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "a.json").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=sentence):
        read_stored(tmp_path / "a.json")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read: No such file or directory\. Check"):
        read_stored(tmp_path / "none.json")


def test_a_hand_in_counts_once() -> None:
    refuse_doubles(["alice", "bob"])
    with pytest.raises(UsageError) as caught:
        refuse_doubles(["alice", "bob", "alice"])
    assert str(caught.value) == (
        "Two reports are of the hand-in alice, which would count twice. Give the later one alone."
    )


def test_reports_of_another_assignment_are_refused(tmp_path: Path) -> None:
    one = stored(tmp_path, rubric_of(tmp_path))
    assert one.lower == Decimal(10)
    with pytest.raises(UsageError) as caught:
        refuse_other_assignment(one, "hw2", "a.json")
    assert str(caught.value) == (
        "The report 'a.json' is of the assignment 'hw1', and the rubric is of 'hw2'. Give reports "
        "of the rubric's own assignment."
    )
