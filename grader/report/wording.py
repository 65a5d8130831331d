"""The sentences about a report that every rendering shares: score, trust, summary of a hand-in."""

from __future__ import annotations

from decimal import Decimal

from grader.plain_text import clean_text, quote_if_odd
from grader.records import Outcome
from grader.report.model import Report
from grader.report.tally import Amount, Why, tally

MARKS = {
    Outcome.PASSED: "✓",
    Outcome.PARTIAL: "◐",
    Outcome.FAILED: "✗",
    Outcome.ERRORED: "✗",
    Outcome.TIMED_OUT: "✗",
    Outcome.SKIPPED: "–",
    Outcome.NOT_RUN_HERE: "○",
    Outcome.UNJUDGED: "?",
}

# Outcomes that a mark alone does not tell.
WORDS = {
    Outcome.ERRORED: "raised an error",
    Outcome.TIMED_OUT: "ran out of time",
    Outcome.SKIPPED: "skipped",
    Outcome.UNJUDGED: "not judged",
}


# Fewer than a terminal has columns: what ran over would begin a line of its own.
ID_CHARS = 60


def points_text(points: Decimal) -> str:
    """Write points without idle zeros.

    >>> points_text(Decimal("5.00")), points_text(Decimal("3.50"))
    ('5', '3.5')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def plural(count: int, noun: str) -> str:
    """Write a count with its noun.

    >>> plural(1, "line"), plural(2, "line")
    ('1 line', '2 lines')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def duration_text(seconds: float) -> str:
    """Write a duration for a person.

    >>> duration_text(2.14), duration_text(75)
    ('2.1 s', '1 min 15 s')
    """
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def score_text(report: Report) -> str:
    """Say what was earned, what is still open and why, and the range that follows."""
    parts, score = score_parts(report), report.score
    if len(parts) > 1:
        bounds = f"{points_text(score.lower)}–{points_text(score.upper)}"
        parts[-1] += f": {bounds} of {points_text(score.possible)}"
    return " · ".join(parts)


def score_parts(report: Report) -> list[str]:
    """Say what was earned, and of each reason what is still open for it."""
    score, found = report.score, tally(report)
    which = "visible points" if Why.HIDDEN in found.open else "points"
    which = "judged points" if Why.PERSON in found.open else which
    earned = f"{points_text(score.awarded)} of {points_text(found.judged)} {which}"
    if found.bonus:
        earned += f", {points_text(found.bonus)} of them bonus"
    if found.beyond:
        earned += f" ({points_text(found.beyond)} more would be above the maximum)"
    parts = [earned if found.judged or score.awarded else "Nothing was judged"]
    return parts + [_more(amount, *_OPEN[why]) for why, amount in found.open.items()]


# What is said of open points: of one, of several, and why.
_OPEN = {
    Why.PERSON: ("is", "are", "marked by a person"),
    Why.HIDDEN: ("is", "are", "judged by hidden checks when graded"),
    Why.ELSEWHERE: ("was", "were", "not run here"),
    Why.REVIEW: ("was", "were", "not judged"),
}


def _more(amount: Amount, one: str, many: str, what: str) -> str:
    parts = [f"{points_text(amount.points)} more"] if amount.points else []
    if amount.bonus:
        parts.append(f"{points_text(amount.bonus)} of bonus")
    return f"{' and '.join(parts)} {one if amount == _A_POINT else many} {what}"


_A_POINT = Amount(Decimal(1))


def trust_text(report: Report) -> str:
    """Say how long it took and how far the result may be relied on."""
    return f"{duration_text(report.wall_s)} · {_isolation(report)}"


def _isolation(report: Report) -> str:
    trust = report.trust
    if trust.isolated:
        return f"the hand-in ran isolated (tier {clean_text(trust.tier, 20)})"
    run = "practice run" if report.mode == "check" else "not a score to rely on"
    if trust.tier == "C":
        return f"{run}: the hand-in ran in a plain separate process"
    lacking = ", ".join(clean_text(layer, 60) for layer in trust.missing)
    how = f"in an isolation that lacked {lacking}" if lacking else "without isolation"
    return f"{run}: the hand-in ran {how}"


def summary_text(report: Report) -> str:
    """Sum a hand-in up in one line, for a run over many."""
    parts = [f"{quote_if_odd(report.handin.id, ID_CHARS)}  {score_text(report)}"]
    lost = [one for one in report.criteria if any(check.lost_credit for check in one.checks)]
    if lost:
        named = ", ".join(clean_text(one.id, 60) for one in lost[:3])
        rest = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        parts.append(f"lost: {named}{rest}")
    if not report.finished:
        parts.append("not finished")
    elif report.score.needs_review:
        parts.append("needs a person")
    if not report.trust.isolated:
        parts.append("not isolated")
    return " · ".join(parts)


def summary_mark(report: Report) -> tuple[str, str]:
    """Give the mark, and its style, of the line that sums a hand-in up."""
    if report.score.needs_review:
        return MARKS[Outcome.UNJUDGED], "warn"
    if all(one.outcome is Outcome.NOT_RUN_HERE for one in report.criteria):
        return MARKS[Outcome.NOT_RUN_HERE], "dim"
    if not report.lost_credit:
        return MARKS[Outcome.PASSED], "good"
    if report.score.awarded:
        return MARKS[Outcome.PARTIAL], "warn"
    return MARKS[Outcome.FAILED], "bad"
