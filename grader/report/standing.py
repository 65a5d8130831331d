"""How far a report's points may be relied on, said alike in every format."""

from __future__ import annotations

from grader.report.model import Report
from grader.report.wording import points_text

UNFINISHED = (
    "Not finished: the run was ended before its last check, or is still going on. What it had not "
    "reached costs nothing; grade the hand-in again."
)
REVIEW = (
    "A person must look: something could not be judged, by a fault of the grader and not of the "
    "hand-in. It costs nothing."
)
PRACTICE = "A practice run: only visible checks were asked, and it is no grade."
NOT_ISOLATED = (
    "Not isolated: the machine could not shut the hand-in in, so do not rely on the score."
)
UNSIGNED = "Not signed: nothing tells whether this report was changed after it was written."


def caveats(report: Report) -> tuple[str, ...]:
    """List, in full sentences, what keeps a report from being the last word on a hand-in."""
    said = []
    if not report.finished:
        said.append(UNFINISHED)
    elif report.score.needs_review:
        said.append(REVIEW)
    if report.mode == "check":
        said.append(PRACTICE)
    elif not report.trust.isolated:  # of a practice run nobody relies on the score
        said.append(NOT_ISOLATED)
    if report.mode == "grade" and not report.signature:
        said.append(UNSIGNED)
    return tuple(said)


def why_provisional(report: Report) -> str:
    """Say in a clause why a report's points are no grade yet; empty when they are one.

    A missing signature is no reason here: `grader export --verify` leaves such reports out.
    """
    if not report.finished:
        return "its run is not finished"
    if report.mode == "check":
        return "it is of a practice run"
    if report.score.needs_review:
        return "a person must look at what could not be judged"
    if not report.trust.isolated:
        return "its hand-in was not isolated"
    score = report.score
    if score.upper > score.lower:
        return f"{points_text(score.upper - score.lower)} of its points are open"
    return ""
