"""Fills a template into one HTML document that needs nothing but itself.

No script, no request: the document's policy forbids both, and allows the one style element by its
hash. Every text is escaped by the template engine.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from grader.report.wording import plural

# A package of ours and the name of a file in it.
Resource = tuple[str, str]


def html_document(template: Resource, styles: Sequence[Resource], **given: Any) -> str:
    """Write a document.

    Args:
        template: uses `style` and `policy` in its head.
        styles: sheets, one after the other.
        given: what else the template uses.
    """
    style = "".join(map(_text, styles))
    document = _template(template).render(
        **given,
        # Our own files, and the only thing that is not escaped.
        style=Markup(style),  # noqa: S704
        policy=policy(style),
    )
    return f"{document}\n"


def policy(style: str) -> str:
    """Give a document's content security policy: nothing but the style with this text."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def _template(resource: Resource) -> Template:
    engine = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    engine.globals["plural"] = plural
    return engine.from_string(_text(resource))


@cache
def _text(resource: Resource) -> str:
    package, name = resource
    return files(package).joinpath(name).read_text(encoding="utf-8")
