"""A report as the score that LTI Advantage's Assignment and Grade Services take.

Shape: 1EdTech AGS 2.0, `application/vnd.ims.lis.v1.score+json`. Sending it needs the platform's
token and the address of the line item, which are no business of a grader's.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from grader.report.model import Report, json_value
from grader.report.standing import UNSIGNED, caveats, why_provisional
from grader.report.tally import Why, tally
from grader.report.told import earned_text, name_text, sentence_text, status_of, told_lines
from grader.report.wording import score_text

# Platforms keep comments in fields of their own sizes; none that is known takes less.
COMMENT_CHARS = 10_000


def lti_score(report: Report, user: str, now: datetime) -> str:
    """Write a score.

    `FullyGraded` is said of a grade alone: some platforms record nothing else, and others record
    whatever comes. What waits for a person is `PendingManual`, what waits for another run is
    `Pending`. A report that is not finished carries no points.

    Args:
        report: its words become the comment, so give what students may see.
        user: the platform's id of the student.
        now: must be later than that of the score before, or the platform refuses it.
    """
    progress = _grading_progress(report)
    points: dict[str, Any] = {}
    if report.finished:
        points = {"scoreGiven": report.score.awarded, "scoreMaximum": report.score.possible}
    score = {
        "userId": user,
        **points,
        "comment": _comment(report),
        "timestamp": timestamp(now),
        "activityProgress": "Completed" if progress == "FullyGraded" else "Submitted",
        "gradingProgress": progress,
    }
    return json.dumps(json_value(score), indent=2, allow_nan=False) + "\n"


def timestamp(now: datetime) -> str:
    """Write a time as ISO 8601 in UTC, to the microsecond.

    >>> timestamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000Z'
    """
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _grading_progress(report: Report) -> str:
    if not why_provisional(report):
        return "FullyGraded"
    if not report.finished or report.mode == "check":
        return "Pending"
    waits = report.score.needs_review or not report.trust.isolated
    return "PendingManual" if waits or Why.PERSON in tally(report).open else "Pending"


def _comment(report: Report) -> str:
    lines = [score_text(report), *(one for one in caveats(report) if one != UNSIGNED)]
    for criterion in report.criteria:
        if status_of(criterion.checks) != "failed":
            continue
        lines += ["", f"{name_text(criterion.title)}: {earned_text(criterion)}"]
        lines += told_lines(criterion.checks, report.mode, named=len(criterion.checks) > 1)
    lines += [f"· {sentence_text(note)}" for note in report.handin.notes]
    text = "\n".join(lines)
    left_out = len(text) - COMMENT_CHARS
    return f"{text[:COMMENT_CHARS]}… (+{left_out} characters)" if left_out > 0 else text
