"""A report as Markdown, for a comment, a wiki, or the summary of a run."""

from __future__ import annotations

from grader.plain_text import clean_text
from grader.records import Outcome
from grader.report.layout import NOTES
from grader.report.markdown_text import code, code_block, escaped
from grader.report.model import Report, ReportedCriterion
from grader.report.standing import caveats
from grader.report.tally import waits_for_person
from grader.report.told import NAME_CHARS, earned_text, name_text, sentence_text, told_lines
from grader.report.wording import (
    MARKS,
    WORDS,
    plural,
    points_text,
    score_text,
    summary_mark,
    trust_text,
)

LISTED_AT_MOST = 40


def markdown(report: Report) -> str:
    """Write a report: the score, a table of the criteria, and what was found of each.

    The hand-in's words stand in code only, and never in the table, where a bar would part them.
    """
    mark, _ = summary_mark(report)
    lines = [f"## {mark} {escaped(score_text(report))}", ""]
    lines += [f"{code(name_text(report.handin.id))}, {code(name_text(report.assignment))}", ""]
    for said in caveats(report):
        lines += [f"> **{escaped(said)}**", ""]
    lines += _table(report)
    for criterion in report.criteria:
        lines += _found(report, criterion)
    lines += _names(report)
    lines += _notes(report)
    return "\n".join([*lines, escaped(trust_text(report)), ""])


def _table(report: Report) -> list[str]:
    """Make a row for each criterion that did not simply pass or wait."""
    rows = [one for one in report.criteria if one.outcome not in _LISTED]
    if not rows:
        return []
    lines = ["| | Criterion | Points |", "|---|---|---|"]
    for one in rows:
        became = f" ({WORDS[one.outcome]})" if one.outcome in WORDS else ""
        title = escaped(name_text(one.title)) + became
        lines.append(f"| {MARKS[one.outcome]} | {title} | {earned_text(one)} |")
    return [*lines, ""]


_LISTED = frozenset({Outcome.PASSED, Outcome.NOT_RUN_HERE})


def _found(report: Report, criterion: ReportedCriterion) -> list[str]:
    if criterion.outcome in _LISTED:
        return []
    lines = told_lines(criterion.checks, report.mode, named=len(criterion.checks) > 1)
    title = escaped(name_text(criterion.title))
    heading = f"### {MARKS[criterion.outcome]} {title}: {escaped(earned_text(criterion))}"
    return [heading, "", *(code_block(lines) if lines else []), ""]


def _names(report: Report) -> list[str]:
    passed = [one for one in report.criteria if one.outcome is Outcome.PASSED]
    waiting = [one for one in report.criteria if waits_for_person(one)]
    others = [
        one
        for one in report.criteria
        if one.outcome is Outcome.NOT_RUN_HERE and not waits_for_person(one)
    ]
    kinds = (
        (Outcome.PASSED, f"{len(passed)} passed", passed),
        (Outcome.NOT_RUN_HERE, "marked by a person", waiting),
        (Outcome.NOT_RUN_HERE, "not run here", others),
    )
    lines = []
    for outcome, label, criteria in kinds:
        if criteria:
            shown = ", ".join(code(name_text(one.id)) for one in criteria[:LISTED_AT_MOST])
            more = len(criteria) - LISTED_AT_MOST
            rest = f" and {more} more" if more > 0 else ""
            worth = points_text(sum((one.points for one in criteria[1:]), criteria[0].points))
            lines += [f"{MARKS[outcome]} **{label}** ({worth} points): {shown}{rest}", ""]
    return lines


def _notes(report: Report) -> list[str]:
    advice = [
        f"{clean_text(one.subject, NAME_CHARS)}: {sentence_text(text)}"
        for one in report.criteria
        if one.outcome in _LISTED
        for check in one.checks
        for text in check.advice
    ]
    said = list(dict.fromkeys([*advice, *map(sentence_text, report.handin.notes)]))
    more = len(said) - NOTES
    if more > 0:
        said[NOTES:] = [f"{plural(more, 'more note')} in the JSON report."]
    return [*code_block([f"· {text}" for text in said]), ""] if said else []
