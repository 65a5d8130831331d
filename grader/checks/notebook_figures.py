"""What is drawn in a notebook: the pictures that are stored, and the code that drew them.

A picture says that something was drawn; how many curves it has and whether its axes have names only
the code tells, that of the cell and of the functions it calls.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.notebook_cells import Reading
from grader.checks.notebook_code import names_in
from grader.handin.notebook import Cell, Picture

LEAST_WIDTH, LEAST_HEIGHT = 100, 40  # pixels; a row of small images is low
LEAST_SHADES = 8
MANY = 1_000  # what a loop draws that does not say how often it runs

_DRAWS = re.compile(
    r"\.?\b(?:plot|semilogy|semilogx|loglog|errorbar|scatter|bar|hist|fill_between|imshow|matshow|"
    r"lineplot|relplot|plot_loss|plot\.line|plot\.area|plt\.step|ax\w?\.step|stem|display|Image)"
    r"[ \t]*+\("
)
_MANY = frozenset("make_grid save_image stackplot plot_many".split())
_LOOP = re.compile(r"[ \t]*+(?:for|while)\b|[^\n]*\bfor\b[^\n]*\bin\b")
_COUNTED = re.compile(r"[^\n]*\bfor\b[^\n]*\bin[ \t]++range[ \t]*+\([ \t]*+(\d{1,4})[ \t]*+\)")
_AXES = (frozenset("xlabel set_xlabel set".split()), frozenset("ylabel set_ylabel set".split()))


@dataclass(frozen=True, slots=True)
class Figures:
    """What has to be drawn.

    Attributes:
        at_least: pictures.
        series: curves or images in them, together.
        axes: whether both axes have names.
    """

    at_least: int = 1
    series: int = 1
    axes: bool = False


def parse_figures(data: Mapping[str, Any]) -> Figures:
    """Reads the key `figures` of a check."""
    return Figures(data.get("at_least", 1), data.get("series", 1), data.get("axes", False))


def is_drawn(picture: Picture) -> bool:
    """Tells whether a picture can show anything: it is neither tiny nor of one colour."""
    large = picture.width == 0 or picture.width >= LEAST_WIDTH
    high = picture.height == 0 or picture.height >= LEAST_HEIGHT
    return large and high and not 0 < picture.shades <= LEAST_SHADES


def draws(code: str) -> bool:
    """Tells whether bare code draws curves or images."""
    return bool(_DRAWS.search(code) or names_in(code) & _MANY)


def lacking(
    wanted: Figures, chosen: Sequence[tuple[Reading, Cell]]
) -> tuple[list[str], list[Picture]]:
    """Says what lacks of the figures that the chosen cells have to show; and which there are."""
    drawing = [(reading, cell) for reading, cell in chosen if draws(reading.reached(cell))]
    shown = [
        (reading, cell, picture)
        for reading, cell in drawing
        for each in reading.shown(cell)
        for picture in each.pictures
        if is_drawn(picture)
    ]
    pictures = [picture for _, _, picture in shown]
    codes = {cell.number: reading.reached(cell) for reading, cell, _ in shown}
    return list(_lacking(wanted, pictures, list(codes.values()))), pictures


def _lacking(wanted: Figures, pictures: Sequence[Picture], codes: Sequence[str]) -> Iterator[str]:
    if len(pictures) < wanted.at_least:
        stored = f"{len(pictures)} are stored" if pictures else "none is stored"
        yield f"{wanted.at_least} figure{'s' * (wanted.at_least > 1)}: {stored}"
        return
    series = sum(_series(code) for code in codes)
    if max(series, len(pictures)) < wanted.series:
        yield f"{wanted.series} curves or images: its code draws {series}"
    names = [names_in(code) for code in codes]
    if wanted.axes and not any(all(found & axis for axis in _AXES) for found in names):
        yield "names of both axes (xlabel and ylabel)"


def _series(code: str) -> int:
    calls, loops = MANY * bool(names_in(code) & _MANY), list[tuple[int, int]]()
    for line in code.split("\n"):
        if not line.strip():
            continue
        indent = len(line.expandtabs()) - len(line.expandtabs().lstrip())
        loops = [each for each in loops if each[0] < indent]
        if _LOOP.match(line):
            counted = _COUNTED.match(line)
            loops.append((indent, int(counted[1]) if counted else MANY))
        calls += len(_DRAWS.findall(line)) * math.prod(times for _, times in loops)
    # One call may draw several curves, which a legend then tells apart.
    legend = calls == 1 and re.search(r"\blegend[ \t]*+\(", code) is not None
    return calls + legend
