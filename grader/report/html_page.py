"""Writes a report as one HTML page for people, which needs nothing but itself.

No script, no request: the page's policy forbids both, and allows the one style element by its
hash. Every text is escaped by the template engine. Pictures are SVG with their geometry in
attributes and their colours in classes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from grader.records import EMPTY
from grader.report.html_view import page_of
from grader.report.model import Report

TEMPLATE: Final = "html_page.jinja"
STYLES: Final = "html_page.css"


def html_page(report: Report, sources: Mapping[str, str] = EMPTY) -> str:
    """Write a report as an HTML page.

    What students may not see has to be taken away before, by `audience.for_students`.

    Args:
        report: of one hand-in.
        sources: text of the hand-in's files and cells by the names that messages use, to show the
            lines concerned; see `excerpts.sources_of`.
    """
    style = _resource(STYLES)
    page = _template().render(
        page=page_of(report, sources),
        # Our own file, and the only thing that is not escaped.
        style=Markup(style),  # noqa: S704
        policy=policy(style),
    )
    return f"{page}\n"


def policy(style: str) -> str:
    """Give the page's content security policy: nothing but the style with this text."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def _template() -> Template:
    engine = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return engine.from_string(_resource(TEMPLATE))


@cache
def _resource(name: str) -> str:
    return files("grader.report").joinpath(name).read_text(encoding="utf-8")
