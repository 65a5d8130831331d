"""Every format that a report can be exported in, by its name.

A format is a pure function. Which kind of function it is says how it is called: with the rows of a
table, with all reports, with one report, or with a platform's sheet and all reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from grader.records import EMPTY
from grader.report.canvas import fill_canvas
from grader.report.csv_table import csv_table
from grader.report.gradebook import Choices, Filled
from grader.report.gradescope import gradescope_results
from grader.report.json_list import json_list
from grader.report.junit import junit, junit_strict
from grader.report.lti import lti_score
from grader.report.markdown import markdown
from grader.report.model import Report
from grader.report.moodle import fill_moodle
from grader.report.sheet import Sheet
from grader.report.summary import Writer

Audience = Literal["students", "staff"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a format may need beside a report.

    Attributes:
        now: when it is exported.
        roster: students' ids by the names of their hand-ins.
        weights: of the rubric's checks by their ids; empty where the rubric is not at hand.
        sources: of the hand-in, where it is at hand; see `excerpts.sources_of`.
    """

    now: datetime
    roster: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    weights: Mapping[str, Decimal] = field(default_factory=lambda: EMPTY)
    sources: Mapping[str, str] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Single:
    """A format that holds one report.

    Attributes:
        suffix: of its files.
        audience: who it is for unless somebody says otherwise; `None` where it holds all of a
            report and says of each part who may see it.
    """

    suffix: str
    audience: Audience | None
    write: Callable[[Report, Context], str]


SheetFiller = Callable[[Sheet, str, Sequence[Report], Choices], Filled]


def _html(report: Report, context: Context) -> str:
    from grader.report.html_page import html_page  # brings a template engine

    return html_page(report, context.sources)


def _lti(report: Report, context: Context) -> str:
    name = report.handin.id
    return lti_score(report, context.roster.get(name, name), context.now)


TABLES: Final[Mapping[str, Writer]] = MappingProxyType({"csv": csv_table, "json": json_list})

SHEETS: Final[Mapping[str, SheetFiller]] = MappingProxyType(
    {"canvas": fill_canvas, "moodle": fill_moodle}
)

SINGLES: Final[Mapping[str, Single]] = MappingProxyType(
    {
        "gradescope": Single(
            ".json", None, lambda report, context: gradescope_results(report, context.weights)
        ),
        "html": Single(".html", "students", _html),
        "junit": Single(".xml", "students", lambda report, _: junit(report)),
        "junit2": Single(".xml", "students", lambda report, _: junit_strict(report)),
        "lti": Single(".json", "students", _lti),
        "markdown": Single(".md", "students", lambda report, _: markdown(report)),
    }
)

# `github` writes several texts of one report; `nbgrader` one text of all reports.
NBGRADER: Final = "nbgrader"
GITHUB: Final = "github"
FORMATS: Final = (*TABLES, NBGRADER, *SHEETS, GITHUB, *SINGLES)

# Formats that have no place to say that points are no grade yet; it is said beside them.
SILENT: Final = frozenset({NBGRADER, *SHEETS, "lti"})
