"""Writes what an audit found as one HTML page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from grader.audit.findings import Findings
from grader.audit.told import FATES, conclusion, survivor
from grader.plain_text import clean_text
from grader.report.html_document import html_document

TEMPLATE: Final = ("grader.audit", "page.jinja")
STYLES: Final = ("grader.audit", "page.css")
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
    return html_document(
        TEMPLATE,
        [STYLES],
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
    )


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
