"""Reports as the table that nbgrader writes of a course's grades.

Shape: the CSV of nbgrader's exporter, whose texts are quoted only where they must be. What the
reports do not know, such as the due date and people's names, stays empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

from grader.records import EMPTY
from grader.report.csv_table import safe_text
from grader.report.model import Report
from grader.report.standing import why_provisional
from grader.report.wording import points_text

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def nbgrader_table(
    reports: Sequence[Report],
    roster: Mapping[str, str] = EMPTY,
    *,
    provisional: bool = False,
) -> str:
    """Write a table: a line of column names, then a line for each report.

    The table has no place to say that points are no grade yet. So such a line has no scores, unless
    `provisional` asks for them; a report that is not finished never has any.

    Args:
        reports: in the order of the lines.
        roster: the students' ids by the names of their hand-ins; ids stand as they are, and where
            there is none the hand-in's name stands, made safe for spreadsheets.
        provisional: also write points of which some are open or wait for a person.
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for report in reports:
        name = report.handin.id
        row: dict[str, object] = {
            "assignment": safe_text(report.assignment),
            "student_id": roster.get(name) or safe_text(name),
            "max_score": Decimal(points_text(report.score.possible)),
        }
        if report.finished and (provisional or not why_provisional(report)):
            points = Decimal(points_text(report.score.awarded))
            row |= {"raw_score": points, "late_submission_penalty": "0.0", "score": points}
        writer.writerow(row)
    return stream.getvalue()
