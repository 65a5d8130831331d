"""A report as lines of styled text for a student: the score, what went wrong, what to do.

The lines know no terminal: `terminal` prints them with colour or without. All text that a hand-in
may have chosen is cleaned here, and stands indented below the criterion that it belongs to, where
it cannot pass for a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from grader.plain_text import clean_text
from grader.records import Outcome, Visibility
from grader.report import wording
from grader.report.model import (
    MARKED_BY_PEOPLE,
    OF_PAPERS,
    Report,
    ReportedCheck,
    ReportedCriterion,
)
from grader.report.tally import waits_for_person
from grader.report.training import training_text
from grader.report.unfilled import apart
from grader.report.wording import MARKS, WORDS, plural, points_text
from grader.report.wrapping import INDENT, wrap, wrap_quoting

MESSAGE_CHARS = 2_000
MESSAGE_LINES = 12
NAME_CHARS = 200
LIST_LINES = 2
NOTES = 6

UNFINISHED = (
    "The run was ended before its last check, or is still going on. What it had not finished costs "
    "nothing; run the command again."
)

# What a check did that failed without a message of its own.
_WORDLESS = {**WORDS, Outcome.SKIPPED: "was skipped", Outcome.UNJUDGED: "could not be judged"}

# Outcomes that need no words of their own.
SILENT = frozenset({Outcome.PASSED, Outcome.NOT_RUN_HERE})


class Span(NamedTuple):
    """A piece of a line and what it means: `good`, `bad`, `warn`, `dim`, `strong` or nothing."""

    text: str
    style: str = ""


Line = tuple[Span, ...]

_STYLES = {
    Outcome.PASSED: "good",
    Outcome.PARTIAL: "warn",
    Outcome.FAILED: "bad",
    Outcome.ERRORED: "bad",
    Outcome.TIMED_OUT: "bad",
    Outcome.SKIPPED: "dim",
    Outcome.NOT_RUN_HERE: "dim",
    Outcome.UNJUDGED: "warn",
}


def lay_out(report: Report, width: int) -> list[Line]:
    """Put a report into lines of at most `width` characters, most important first."""
    wrong = [one for one in report.criteria if one.outcome not in SILENT]
    begun, unfilled = apart(wrong)
    lines = score_lines(report, width)
    before = None
    told: set[tuple[str, str]] = set()
    reproduced: list[Line] = []
    for criterion in begun:
        words = {(one.message, one.hint) for one in criterion.checks if one.outcome not in SILENT}
        # One bracket can cost a file of thirty functions; it is explained once.
        again = words <= told and not any(one.advice for one in criterion.checks)
        told |= {pair for pair in words if pair[0]}
        # What was skipped says little and comes in rows, so it stands close together.
        if not (again or before is criterion.outcome is Outcome.SKIPPED):
            lines.append(())
        lines += (
            _head(criterion, width, " · as above") if again else criterion_lines(criterion, width)
        )
        if report.mode == "check" and not reproduced:
            reproduced = _reproducer(criterion)
            lines += reproduced
        before = criterion.outcome
    lines += _unfilled(unfilled, width)
    lines.append(())
    lines += _passed(report, width)
    lines += _trained(report, width)
    lines += _for_people(report, width)
    lines += _not_run(report, width)
    lines += _advice([one for one in report.criteria if one not in wrong], width)
    lines += _notes(report, width)
    return lines + _footer(report, width)


def score_lines(report: Report, width: int) -> list[Line]:
    """Say what was earned and what is open."""
    first, *rest = wrap(wording.score_text(report), width - len(INDENT))
    mark, style = wording.summary_mark(report)
    return [
        (Span(f"{mark} ", style), Span(first, "strong")),
        *((Span(INDENT), Span(line, "strong")) for line in rest),
    ]


def criterion_lines(criterion: ReportedCriterion, width: int) -> list[Line]:
    """Say what became of a criterion, why, and what to do."""
    lines = _head(criterion, width)
    shown = [one for one in criterion.checks if one.outcome not in SILENT]
    for (message, hint), checks in _alike(shown).items():
        lines += _message(message, _names(checks) if len(criterion.checks) > 1 else "", width)
        lines += block([_one_line(hint)] if hint else [], "→ ", width, "strong")
    advice = dict.fromkeys(_one_line(text) for check in criterion.checks for text in check.advice)
    return lines + block(advice, "· ", width, "dim")


def _reproducer(criterion: ReportedCriterion) -> list[Line]:
    """Show the lines that show a failure; they are code, and so keep their length."""
    for check in criterion.checks:
        if text := reproducer_of(check):
            code = [(Span(f"{INDENT}  {line}".rstrip(), "dim"),) for line in text.splitlines()]
            return [(Span(f"{INDENT}Without the grader, these lines show it:", "dim"),), *code]
    return []


def reproducer_of(check: ReportedCheck) -> str:
    """Give the lines of Python that show a check's failure; empty where there are none."""
    text = check.evidence.get("reproducer")
    return clean_text(text, MESSAGE_CHARS, keep_lines=True) if isinstance(text, str) else ""


def _head(criterion: ReportedCriterion, width: int, remark: str = "") -> list[Line]:
    """Title and subject on the left, points on the right; the subject yields when it is tight."""
    style = _STYLES[criterion.outcome]
    earned = points_text(criterion.lower)
    if criterion.upper > criterion.lower:
        earned += f"–{points_text(criterion.upper)}"
    points = f"{earned}/{points_text(criterion.points)}{' bonus' if criterion.bonus else ''}"
    of_code = any(check.kind not in OF_PAPERS for check in criterion.checks)
    subject = _name(criterion.subject) if of_code else ""
    if remark or criterion.outcome in WORDS:
        subject += remark or f" · {WORDS[criterion.outcome]}"
    subject = subject.removeprefix(" · ")
    title = wrap(_name(criterion.title), width - len(INDENT) - len(points) - 2)
    room = width - len(INDENT) - len(title[-1]) - len(points)
    mark = Span(f"{MARKS[criterion.outcome]} ", style)
    if len(title) == 1 and subject and room >= len(subject) + 4:
        gap = " " * (room - len(subject) - 2)
        tail = (Span(f"  {subject}", "dim"), Span(gap), Span(points, style))
        return [(mark, Span(title[0], "strong"), *tail)]
    lines: list[Line] = [(Span(INDENT), Span(text, "strong")) for text in title]
    lines[0] = (mark, Span(title[0], "strong"))
    lines[-1] = (*lines[-1], Span(" " * room), Span(points, style))
    return [*lines, *block([subject] if subject else [], "", width, "dim")]


def _alike(checks: Iterable[ReportedCheck]) -> dict[tuple[str, str], list[ReportedCheck]]:
    """Gather checks that say the same, so that one mistake is told once."""
    alike: dict[tuple[str, str], list[ReportedCheck]] = {}
    for check in checks:
        words = check.message or f"This check {_WORDLESS.get(check.outcome, 'lost credit')}."
        alike.setdefault((words, check.hint), []).append(check)
    return alike


def _names(checks: Sequence[ReportedCheck]) -> str:
    return ", ".join(_name(check.id.rpartition("/")[2]) for check in checks) + ": "


def _message(message: str, label: str, width: int) -> list[Line]:
    told = clean_text(message, MESSAGE_CHARS, keep_lines=True).splitlines()
    wrapped = wrap_quoting(f"{label}{told[0]}", width - len(INDENT))
    for text in told[1:]:
        wrapped += wrap_quoting(text, width - len(INDENT), first=False)
    left_out = len(wrapped) - MESSAGE_LINES
    if left_out > 0:
        wrapped[MESSAGE_LINES:] = [f"… (+{plural(left_out, 'line')})"]
    if not label or not wrapped[0].startswith(label.rstrip()):
        return [(Span(INDENT + line),) for line in wrapped]
    named = label.rstrip()
    first = (Span(INDENT), Span(named, "strong"), Span(wrapped[0][len(named) :]))
    return [first, *((Span(INDENT + line),) for line in wrapped[1:])]


def _unfilled(criteria: Sequence[ReportedCriterion], width: int) -> list[Line]:
    """List what has not been begun, and say what to begin with."""
    if not criteria:
        return []
    names = [_name(one.id) for one in criteria]
    lines = _marked(_listed(f"{len(names)} not filled in yet: ", names, width), "✗", "bad")
    first = criteria[0]
    hints = (check.hint for check in first.checks if check.hint)
    what = _one_line(next(hints, "fill in the part marked for your code."))
    told = f"Begin with {_name(first.subject)}: {what[:1].lower()}{what[1:]}"
    return [(), *lines, *block([told], "→ ", width, "strong")]


def _passed(report: Report, width: int) -> list[Line]:
    passed = [_name(one.id) for one in report.criteria if one.outcome is Outcome.PASSED]
    if not passed:
        return []
    lines = _listed(f"{len(passed)} passed: ", passed, width)
    return _marked(lines, MARKS[Outcome.PASSED], "good")


def _trained(report: Report, width: int) -> list[Line]:
    told = [
        f"{_name(criterion.subject)}: {_one_line(text)}"
        for criterion in report.criteria
        for text in map(training_text, criterion.checks)
        if text
    ]
    return block(told, "· ", width, "dim")


def _for_people(report: Report, width: int) -> list[Line]:
    """List what people mark, without the questions: these stand in the assignment."""
    names = [_name(one.id) for one in report.criteria if waits_for_person(one)]
    if not names:
        return []
    lines = _listed("marked by a person: ", names, width)
    return _marked(lines, MARKS[Outcome.NOT_RUN_HERE], "dim")


def _not_run(report: Report, width: int) -> list[Line]:
    """List what a student could have expected to run; what is hidden stands in the score line."""
    reasons: dict[str, list[str]] = {}
    for criterion in report.criteria:
        for check in criterion.checks:
            if check.outcome is not Outcome.NOT_RUN_HERE or check.kind == MARKED_BY_PEOPLE:
                continue
            if report.mode == "check" and check.visibility is not Visibility.VISIBLE:
                continue
            whole = criterion.outcome is Outcome.NOT_RUN_HERE
            name = _name(criterion.id if whole else check.id)
            named = reasons.setdefault(_one_line(check.message), [])
            if name not in named:
                named.append(name)
    lines: list[Line] = []
    for reason, names in reasons.items():
        listed = _listed("not run here: ", names, width)
        lines += _marked(listed, MARKS[Outcome.NOT_RUN_HERE], "dim")
        lines += block([reason] if reason else [], "", width, "dim")
    return lines


def _advice(criteria: Sequence[ReportedCriterion], width: int) -> list[Line]:
    subjects: dict[str, dict[str, None]] = {}
    for criterion in criteria:
        for check in criterion.checks:
            for text in check.advice:
                subjects.setdefault(_one_line(text), {})[_name(criterion.subject)] = None
    told = [f"{', '.join(names)}: {text}" for text, names in subjects.items()]
    return block(told, "· ", width, "dim")


def _notes(report: Report, width: int) -> list[Line]:
    notes = list(dict.fromkeys(map(_one_line, report.handin.notes)))
    more = len(notes) - NOTES
    if more > 0:
        notes[NOTES:] = [f"{plural(more, 'more note')} in the JSON report."]
    return block(notes, "· ", width, "dim")


def _footer(report: Report, width: int) -> list[Line]:
    lines: list[Line] = []
    if not report.finished:
        lines += block([UNFINISHED], "? ", width, "warn")
    elif report.score.needs_review:
        whose = "Tell the course's staff." if report.mode == "check" else "A person must look."
        fault = (
            "Something was not judged, by a fault of the grader and not of the hand-in. It costs "
            f"nothing. {whose}"
        )
        lines += block([fault], "? ", width, "warn")
    return lines + block([wording.trust_text(report)], "", width, "dim")


def _listed(label: str, names: Sequence[str], width: int) -> list[str]:
    """Join names to at most `LIST_LINES` lines; say how many more there are."""
    for count in range(len(names), 0, -1):
        more = len(names) - count
        text = label + ", ".join(names[:count]) + (f" and {more} more" if more else "")
        lines = wrap(text, width - len(INDENT))
        if len(lines) <= LIST_LINES:
            break
    return lines


def _marked(lines: Sequence[str], mark: str, style: str) -> list[Line]:
    rest = [(Span(INDENT), Span(line, "dim")) for line in lines[1:]]
    return [(Span(f"{mark} ", style), Span(lines[0], "dim")), *rest]


def block(texts: Iterable[str], bullet: str, width: int, style: str) -> list[Line]:
    """Wrap each text behind a bullet, its further lines below its first word."""
    lines: list[Line] = []
    for text in texts:
        wrapped = wrap_quoting(text, width - len(INDENT) - len(bullet))
        lines.append((Span(INDENT), Span(bullet + wrapped[0], style)))
        hang = INDENT + " " * len(bullet)
        lines += [(Span(hang), Span(line, style)) for line in wrapped[1:]]
    return lines


def _name(text: str) -> str:
    return clean_text(text, NAME_CHARS)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text, MESSAGE_CHARS, keep_lines=True).split())
