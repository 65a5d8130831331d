"""A report for GitHub: annotations for the log of a run, and the result that Classroom adds up.

The summary of the run is `grader.report.markdown`. Shapes: workflow commands, and the JSON of the
autograding actions. GitHub shows at most ten annotations of a kind for each step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any, Final

from grader.records import Outcome
from grader.report.model import NOT_JUDGED, Report, ReportedCheck, ReportedCriterion, json_value
from grader.report.places import Place, place_in
from grader.report.standing import UNSIGNED, caveats
from grader.report.told import (
    earned_text,
    name_text,
    sentence_text,
    status_of,
    told_lines,
)
from grader.report.wording import score_text

LOST_AT_MOST: Final = 10
VERSION: Final = 1


def workflow_commands(report: Report, folder: str = "") -> str:
    """Write workflow commands: an error for each criterion that lost credit, a notice of the score.

    Args:
        report: what students may see of it, since the log of their repository is theirs.
        folder: where the hand-in lies in the repository; empty for its top.
    """
    points = {"totalPoints": report.score.awarded, "maxPoints": report.score.possible}
    # First: of those that are too many the last are not shown.
    lines = [
        command("notice", json.dumps(json_value(points)), title="Autograding report"),
        command("notice", score_text(report), title="Score"),
    ]
    lines += [
        command("warning", said, title="Grader") for said in caveats(report) if said != UNSIGNED
    ]
    lost = [one for one in report.criteria if any(check.lost_credit for check in one.checks)]
    for criterion in lost[:LOST_AT_MOST]:
        found = [check for check in criterion.checks if check.lost_credit]
        place = _place(found, folder)
        title = f"{name_text(criterion.title)}: {earned_text(criterion)} points"
        where = {"file": place.file, "line": f"{place.line}"} if place else {}
        told = told_lines(found, report.mode, named=len(criterion.checks) > 1)
        kind = "error" if any(check.outcome is not Outcome.SKIPPED for check in found) else "notice"
        lines.append(command(kind, "\n".join(told), **where, title=title))
    return "\n".join(lines) + "\n"


def command(kind: str, text: str, **properties: str) -> str:
    r"""Write a workflow command, in which no text can end its part.

    >>> command("error", "50 %\n::x", file="a,b.py")
    '::error file=a%2Cb.py::50 %25%0A::x'
    """
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind}{' ' if given else ''}{given}::{_data(text)}"


def classroom_result(report: Report, folder: str = "") -> str:
    """Write the result of an autograding step: a test for each criterion, as one line of JSON.

    Unjudged and unfinished tests are `error`, which is what a fault of the grader's is; what was
    not run or waits for a person has its certain points, and its message says so.

    Args:
        report: what students may see of it.
        folder: where the hand-in lies in the repository.
    """
    tests = [_test(report, criterion, folder) for criterion in report.criteria]
    result = {
        "version": VERSION,
        "status": _status(report),
        "max_score": report.score.possible,
        "message": "\n".join(one for one in caveats(report) if one != UNSIGNED),
        "tests": tests,
    }
    return json.dumps(json_value(result), allow_nan=False) + "\n"


def _status(report: Report) -> str:
    if report.score.needs_review:
        return "error"
    return "fail" if report.lost_credit else "pass"


def _test(report: Report, criterion: ReportedCriterion, folder: str) -> dict[str, Any]:
    checks = criterion.checks
    place = _place(checks, folder)
    told = told_lines(checks, report.mode, named=len(checks) > 1)
    status = "fail" if status_of(checks) == "failed" else "pass"
    if any(check.outcome is Outcome.UNJUDGED for check in checks):
        status = "error"
    if checks and all(check.outcome in NOT_JUDGED for check in checks):
        told.insert(0, f"Not judged: {earned_text(criterion)} points so far.")
    return {
        "name": name_text(criterion.title),
        "status": status,
        "message": sentence_text(told[0]) if told else "",
        "test_code": "",
        "task_id": name_text(criterion.id),
        "filename": place.file if place else "",
        "line_no": place.line if place else 0,
        "duration": round(sum(check.wall_s for check in checks) * 1000),
        "score": criterion.lower,
        "output": "\n".join(told),
    }


def _place(checks: Iterable[ReportedCheck], folder: str) -> Place | None:
    place = next(filter(None, (place_in(check.message) for check in checks)), None)
    if place is None or not folder:
        return place
    return Place(str(PurePosixPath(folder) / place.file), place.line)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
