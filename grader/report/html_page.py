"""Writes a report as one HTML page for people.

Pictures are SVG with their geometry in attributes and their colours in classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grader.records import EMPTY
from grader.report.html_document import html_document
from grader.report.html_view import page_of
from grader.report.model import Report

TEMPLATE: Final = ("grader.report", "html_page.jinja")
STYLES: Final = ("grader.report", "html_page.css")


def html_page(report: Report, sources: Mapping[str, str] = EMPTY) -> str:
    """Write a report as an HTML page.

    What students may not see has to be taken away before, by `audience.for_students`.

    Args:
        report: of one hand-in.
        sources: text of the hand-in's files and cells by the names that messages use, to show the
            lines concerned; see `excerpts.sources_of`.
    """
    return html_document(TEMPLATE, [STYLES], page=page_of(report, sources))
