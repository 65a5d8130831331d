"""A report in short, for somebody who reads one after each save: what is news, then the rest.

Like `layout`, it makes lines of styled text and knows no terminal.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from grader.plain_text import clean_text
from grader.report.changes import Changes, what_changed
from grader.report.layout import SILENT, Line, block, criterion_lines, score_lines
from grader.report.model import Report, ReportedCriterion

EXPLAINED_AT_MOST: Final = 4  # the others are named: one mistake may cost many networks
NAMED_AT_MOST: Final = 10
ID_CHARS: Final = 60


def lay_out_briefly(report: Report, before: Report, changes: Changes, width: int) -> list[Line]:
    """Put what a report says into a few lines, in view of what was said before.

    Args:
        report: of the state that is now.
        before: of the state before it.
        changes: between the two.
        width: of a line, in characters.
    """
    wrong = [one for one in report.criteria if one.outcome not in SILENT]
    known = [_timeless(one) for one in before.criteria]
    news = [one for one in wrong if _timeless(one) not in known]
    explained = news[:EXPLAINED_AT_MOST]
    told = what_changed(changes)
    lines = block([told or "nothing that is judged became right or wrong"], "", width, "strong")
    for one in explained:
        lines += [(), *criterion_lines(one, width)]
    lines += [(), *score_lines(report, width)]
    others = [clean_text(one.id, ID_CHARS) for one in wrong if one not in explained]
    if others:
        label = "also wrong: " if explained else "still wrong: "
        lines += block([label + _listed(others)], "", width, "dim")
    return lines


def _timeless(criterion: ReportedCriterion) -> ReportedCriterion:
    checks = (replace(check, wall_s=0.0, cpu_s=0.0) for check in criterion.checks)
    return replace(criterion, checks=tuple(checks))


def _listed(names: Collection[str]) -> str:
    shown = ", ".join([*names][:NAMED_AT_MOST])
    more = len(names) - NAMED_AT_MOST
    return f"{shown} and {more} more" if more > 0 else shown
