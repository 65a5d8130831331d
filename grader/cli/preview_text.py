"""Draws what an edit of a rubric would change: who, by how much, why, and how points are spread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from grader.plain_text import clean_text, quote_if_odd
from grader.preview.amounts import (
    change_text,
    from_to_text,
    range_text,
    summary_text,
    untold_text,
)
from grader.preview.edits import WHOLE
from grader.preview.previewed import CriterionChange, PreviewedHandIn
from grader.preview.spread import Crossing
from grader.preview.told import Told
from grader.report.wording import points_text
from grader.report.wrapping import wrap

WIDTH: Final = 80
ID_CHARS: Final = 40
SAID_CHARS: Final = 300
NAMED: Final = 12  # hand-ins in a list
BAR: Final = 24  # characters of the longest bar
HANDINS: Final = 40  # told one by one, unless all are asked for


def preview_lines(told: Told, *, everybody: bool = False) -> Iterator[str]:
    """Yields the text of a preview, line by line, at most 80 columns wide.

    Args:
        told: what was found.
        everybody: whether all hand-ins that change are told, however many.
    """
    yield from _edits(told.edits)
    changed = told.changed
    yield ""
    yield summary_text(told)
    shown = changed if everybody else changed[:HANDINS]
    for one in shown:
        yield from _handin(one)
    if len(shown) < len(changed):
        yield f"  … and {len(changed) - len(shown)} more; --all tells them."
    yield ""
    yield from _spread(told)
    if told.marks is not None and told.crossing is not None:
        yield ""
        yield from _crossing(told.marks, told.crossing)


def _edits(edits: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    if not edits:
        yield "No edit was found that reports can tell of."
        return
    yield "edited"
    for name, said in edits.items():
        whose = clean_text(name, ID_CHARS) if name != WHOLE else "the rubric"
        yield from _hung(f"{whose}: {'; '.join(said)}", "  ")


def _hung(text: str, indent: str) -> Iterator[str]:
    lines = wrap(clean_text(text, SAID_CHARS), WIDTH - len(indent) - 2)
    yield indent + lines[0]
    yield from (f"{indent}  {line}" for line in lines[1:])


def _handin(one: PreviewedHandIn) -> Iterator[str]:
    name = quote_if_odd(one.handin, ID_CHARS)
    by = change_text(one.before, one.after)
    yield f"  {name}  {range_text(one.before)} → {range_text(one.after)}  {by}"
    for change in one.changes:
        yield from _hung(_change(change), "    ")


def _change(one: CriterionChange) -> str:
    said = f"{one.id} {range_text(one.before)} → {range_text(one.after)}"
    if one.because:
        said += f" ({'; '.join(one.because)})"
    return " · ".join(part for part in (said, untold_text(one)) if part)


def _spread(told: Told) -> Iterator[str]:
    most = max([1, *(max(one.before, one.after) for one in told.classes)])
    yield f"{'points':>13}  {'before':<{BAR + 5}} after"
    for one in told.classes:
        name = f"{points_text(one.start)}–{points_text(one.end)}"
        before, after = (_bar(count, most) for count in (one.before, one.after))
        yield f"{name:>13}  {before:<{BAR + 5}} {after}".rstrip()
    was, now = told.means
    yield f"mean {range_text(was)} → {range_text(now)} of {from_to_text(*told.possible)} points"


def _bar(count: int, most: int) -> str:
    length = -(-count * BAR // most)  # whoever is there is seen
    return f"{'█' * length} {count}" if count else ""


def _crossing(marks: tuple[Decimal, Decimal], found: Crossing) -> Iterator[str]:
    yield f"pass mark {from_to_text(*marks)}"
    for what, names in (
        ("now above it", found.now_pass),
        ("now below it", found.now_fail),
        ("cannot be told any more", found.may),
    ):
        if names:
            yield from _hung(f"{what}: {_names(names)}", "  ")
    if not (found.now_pass or found.now_fail or found.may):
        yield "  Nobody crosses it."


def _names(names: Iterable[str]) -> str:
    listed = [quote_if_odd(name, ID_CHARS) for name in names]
    more = len(listed) - NAMED
    return ", ".join(listed[:NAMED]) + (f" and {more} more" if more > 0 else "")
