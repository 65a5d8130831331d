"""A score is final only where it is a grade, and says of what waits for whom."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from grader.records import Outcome
from grader.report import Report
from grader.report.lti import COMMENT_CHARS, lti_score, timestamp
from tests.formats.reports import OPEN, check, criterion, mixed, passing, report, unfinished

NOW = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)


def score(made: Report) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(lti_score(made, "u1", NOW))
    return read


def waiting(kind: str) -> Report:
    one = check("a/b", Outcome.NOT_RUN_HERE, "No GPU.", kind=kind)
    return report(criterion("a", "1", "0", one, upper="1"))


@pytest.mark.parametrize(
    ("made", "activity", "grading"),
    [
        (passing(), "Completed", "FullyGraded"),
        (mixed(), "Submitted", "PendingManual"),
        (waiting("manual"), "Submitted", "PendingManual"),
        (waiting("output"), "Submitted", "Pending"),
        (replace(passing(), trust=OPEN), "Submitted", "PendingManual"),
        (replace(passing(), mode="check"), "Submitted", "Pending"),
        (unfinished(), "Submitted", "Pending"),
    ],
)
def test_only_a_grade_is_fully_graded(made: Report, activity: str, grading: str) -> None:
    found = score(made)
    assert (found["activityProgress"], found["gradingProgress"]) == (activity, grading)


def test_a_report_that_is_not_finished_gives_no_points() -> None:
    assert "scoreGiven" not in score(unfinished())
    assert "scoreMaximum" not in score(unfinished())
    assert "Not finished: " in score(unfinished())["comment"]
    assert score(passing())["scoreGiven"] == score(passing())["scoreMaximum"] == 10


def test_a_time_is_written_in_utc_with_its_microseconds() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2)))
    assert timestamp(there) == "2026-01-02T03:04:05.000006Z"


def test_a_comment_has_an_end() -> None:
    failed = [
        criterion(f"c{at}", "1", "0", check(f"c{at}/b", Outcome.FAILED, "x" * 1_900))
        for at in range(9)
    ]
    comment = score(report(*failed))["comment"]
    assert comment[COMMENT_CHARS:].startswith("… (+")
    assert len(comment) < COMMENT_CHARS + 40
