"""Writes what an audit found as one HTML page, which needs nothing but itself.

No script and no request; the page's policy forbids both, as that of the report for people does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from grader.audit.findings import Findings
from grader.audit.told import FATES, conclusion, survivor
from grader.plain_text import clean_text
from grader.report.html_page import policy

TEMPLATE: Final = "page.jinja"
STYLES: Final = "page.css"
SHADES: Final = 5
NAME_CHARS: Final = 80


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the matrix, and how dark it is, from 0 to `SHADES`."""

    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of the matrix."""

    name: str
    seconds: str
    total: int
    cells: tuple[Cell, ...]


def audit_page(findings: Findings) -> str:
    """Writes the page."""
    style = _resource(STYLES)
    page = _template().render(
        title=f"Audit of {findings.rubric.assignment}",
        conclusion=conclusion(findings),
        clean=findings.is_clean,
        whole=findings.whole,
        fates=FATES,
        counts=sorted(findings.counts().items()),
        families=findings.families(),
        rows=list(_rows(findings)),
        survivors=[[line.strip() for line in survivor(each)] for each in findings.survivors],
        listed=[(each.wrong, findings.reasons[each.wrong.key]) for each in findings.listed],
        outdated=findings.outdated,
        idle_criteria=findings.idle_criteria(),
        unreached=findings.unreached_criteria(),
        idle_cases=findings.idle_cases(),
        narrow=findings.narrow(),
        strict=findings.too_strict(),
        style=Markup(style),  # noqa: S704  # our own file, and the only thing not escaped
        policy=policy(style),
    )
    return f"{page}\n"


def _rows(findings: Findings) -> Iterator[Row]:
    matrix, families = findings.matrix(), findings.families()
    most = max((count for row in matrix.values() for count in row.values()), default=1)
    for name, row in matrix.items():
        counts = [row.get(family, 0) for family in families]
        cells = tuple(Cell(count, _shade(count, most)) for count in counts)
        seconds = f"{findings.seconds.get(name, 0.0):.2f}"
        yield Row(clean_text(name, NAME_CHARS), seconds, sum(counts), cells)


def _shade(count: int, most: int) -> int:
    """Grows with the square root, so that small counts can be seen beside large ones."""
    # Rounded up: whatever is not nothing has a shade.
    return math.ceil(SHADES * math.sqrt(count / most))


@cache
def _template() -> Template:
    engine = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return engine.from_string(_resource(TEMPLATE))


@cache
def _resource(name: str) -> str:
    return files("grader.audit").joinpath(name).read_text(encoding="utf-8")
