"""What is told of a criterion's checks, as plain lines of text that every format can quote.

A line of ours is never indented but for a mark; further lines of a message, which may be a
hand-in's, always are. So no word of a hand-in stands where one of ours does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from grader.plain_text import clean_text
from grader.records import Outcome, Visibility
from grader.report.audience import CONCEALED
from grader.report.model import MARKED_BY_PEOPLE, NOT_JUDGED, ReportedCheck, ReportedCriterion
from grader.report.training import training_text
from grader.report.wording import points_text

MESSAGE_CHARS = 2_000
NAME_CHARS = 200

Mode = Literal["check", "grade"]
Status = Literal["passed", "failed", "open"]

_WORDLESS = {
    Outcome.PARTIAL: "This check earned a part of its credit.",
    Outcome.FAILED: "This check failed.",
    Outcome.ERRORED: "This check raised an error.",
    Outcome.TIMED_OUT: "This check ran out of time.",
    Outcome.SKIPPED: "This check was skipped.",
    Outcome.UNJUDGED: "This check could not be judged.",
}


def status_of(checks: Iterable[ReportedCheck]) -> Status:
    """Tell whether checks lost credit, are open in part, or passed."""
    every = tuple(checks)
    if any(check.lost_credit for check in every):
        return "failed"
    return "open" if any(check.outcome in NOT_JUDGED for check in every) else "passed"


def earned_text(criterion: ReportedCriterion) -> str:
    """Write a criterion's points: earned, the range that is left, and what it is worth."""
    return _earned(criterion.lower, criterion.upper, criterion.points, criterion.bonus)


def _earned(lower: Decimal, upper: Decimal, points: Decimal, bonus: bool) -> str:
    earned = points_text(lower)
    if upper > lower:
        earned += f"–{points_text(upper)}"
    return f"{earned} of {points_text(points)}{' bonus' if bonus else ''}"


def name_text(name: str) -> str:
    """Make a name, or any words of one line, safe to stand in a line."""
    return " ".join(clean_text(name, NAME_CHARS, keep_lines=True).split())


def sentence_text(text: str) -> str:
    """Put a message of several lines into one."""
    return " ".join(clean_text(text, MESSAGE_CHARS, keep_lines=True).split())


def told_lines(checks: Sequence[ReportedCheck], mode: Mode, *, named: bool) -> list[str]:
    """Write what is told of checks: messages, then `→` a hint, then `·` advice.

    Args:
        checks: of one criterion.
        mode: of the report's run.
        named: whether to begin a message with the names of its checks.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for check in checks:
        if words := _words(check, mode):
            names = alike.setdefault((words, sentence_text(check.hint)), [])
            if check.kind != CONCEALED:
                names.append(name_text(check.id.rpartition("/")[2]))
    lines: list[str] = []
    for (words, hint), names in alike.items():
        first, *further = words.splitlines()
        lines.append(f"{', '.join(names)}: {first}" if named and names else first)
        lines += [f"    {line}" for line in further]
        lines += [f"→ {hint}"] if hint else []
    advice = dict.fromkeys(sentence_text(text) for check in checks for text in check.advice)
    trained = [text for check in checks if (text := training_text(check))]
    return lines + [f"· {text}" for text in (*map(sentence_text, trained), *advice)]


def _words(check: ReportedCheck, mode: Mode) -> str:
    said = clean_text(check.message, MESSAGE_CHARS, keep_lines=True).strip()
    if check.outcome is Outcome.PASSED:
        return ""
    if check.outcome is Outcome.NOT_RUN_HERE:
        if check.kind == MARKED_BY_PEOPLE:  # its message is the question, which is known
            return "Marked by a person."
        if mode == "check" and check.visibility is not Visibility.VISIBLE:
            return "Judged by a hidden check when graded."
        return said or "Not run here."
    return said or _WORDLESS[check.outcome]
