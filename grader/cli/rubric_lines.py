"""Draws a rubric in lines of 80 columns: its criteria as a tree, or check by check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from grader.cli.rubric_training import BARS, draw_curve
from grader.plain_text import clean_text
from grader.records import Visibility

if TYPE_CHECKING:
    from grader.records import CheckSpec, Criterion, Rubric

WIDTH: Final = 80
TEXT_CHARS: Final = 400


def title_lines(rubric: Rubric) -> Iterator[str]:
    """Yields the rubric's id and title."""
    yield from _hung(f"{rubric.assignment} · {rubric.title}", "")


def tree_lines(rubric: Rubric) -> Iterator[str]:
    """Yields the criteria as a tree: each below the last that it builds on, others in brackets.

    Args:
        rubric: whose.
    """
    order = {one.id: number for number, one in enumerate(rubric.criteria)}
    below: dict[str, list[Criterion]] = {}
    for one in rubric.criteria:
        parent = max(one.needs, key=lambda name: order[name], default="")
        below.setdefault(parent, []).append(one)
    for one in below.get("", ()):
        yield _node(one)
        yield from _branches(one, below, "")


def _branches(
    parent: Criterion, below: Mapping[str, Sequence[Criterion]], indent: str
) -> Iterator[str]:
    children = below.get(parent.id, ())
    for number, child in enumerate(children, start=1):
        last = number == len(children)
        also = [name for name in child.needs if name != parent.id]
        node = indent + ("└─ " if last else "├─ ") + _node(child)
        yield node + _also(also, WIDTH - len(node))
        yield from _branches(child, below, indent + ("   " if last else "│  "))


def _also(names: Sequence[str], room: int) -> str:
    """Names the other needs of a criterion, as many as there is room for."""
    for shown in range(len(names), 0, -1):
        more = len(names) - shown
        said = f"  (and {', '.join(names[:shown])}{f' and {more} more' if more else ''})"
        if len(said) <= room:
            return said
    return f"  (and {len(names)} more)" if names else ""


def _node(one: Criterion) -> str:
    return f"{clean_text(one.id, 60)}  {_points(one)}"


def _points(one: Criterion) -> str:
    from grader.report.wording import points_text

    seen = "" if one.visibility is Visibility.VISIBLE else f" {one.visibility.value}"
    return f"{points_text(one.points)}{' bonus' if one.bonus else ''}{seen}"


def check_lines(rubric: Rubric) -> Iterator[str]:
    """Yields the criteria with their checks: share, kind, tolerance, credit, cases, hint.

    Args:
        rubric: whose.
    """
    for number, one in enumerate(rubric.criteria):
        if number:
            yield ""
        yield from _hung(f"{one.id}  {_points(one)} · {one.title}", "")
        yield from _hung(f"asks {one.subject}" + _needs(one), "  ")
        whole = sum((check.weight for check in one.checks), Decimal(0))
        for check in one.checks:
            yield from _hung(_check(one, check, whole), "  ")
            yield from (f"      {line}" for line in _curves(check))
            if check.hint:
                yield from _hung(f"→ {check.hint}", "    ")


def _needs(one: Criterion) -> str:
    said = f" · builds on {', '.join(one.needs)}" if one.needs else ""
    return said + (" · optional" if one.optional else "") + (" · free name" * one.free_name)


def _check(criterion: Criterion, check: CheckSpec, whole: Decimal) -> str:
    from grader.report.wording import points_text

    parts = [f"{check.id.rpartition('/')[2]}: {check.kind}"]
    if len(criterion.checks) > 1:
        parts.append(f"worth {points_text(criterion.points * check.weight / whole)}")
    if check.visibility is not criterion.visibility:
        parts.append(check.visibility.value)
    return " · ".join([*parts, *_asked(check.params)])


def _asked(params: Any) -> Iterator[str]:
    """Yields what the parameters of a check say, as far as kinds have it in common."""
    common = getattr(params, "common", None)
    credit = getattr(params, "credit", None)
    if isinstance(credit, Mapping) and credit:
        yield "credit " + ", ".join(f"{name} {share:g}" for name, share in credit.items())
    cases = getattr(common, "cases", ())
    if len(cases) > 1:
        beyond = sum(case.beyond_text for case in cases)
        yield f"{len(cases)} cases" + (f", {beyond} beyond the text" if beyond else "")
    tolerance = getattr(common, "tolerance", None)
    if tolerance is not None:
        yield f"tolerance rtol {tolerance.rtol:g} atol {tolerance.atol:g}"
    if also := getattr(common, "also", ()):
        yield f"also right: {', '.join(also)}"


def _curves(check: CheckSpec) -> Iterator[str]:
    for setting in getattr(check.params, "settings", ()):
        yield f"{setting.data:<11} credit by accuracy {draw_curve(setting.curve, BARS)}"


def _hung(text: str, indent: str) -> Iterator[str]:
    from grader.report.wrapping import wrap

    lines = wrap(clean_text(text, TEXT_CHARS), WIDTH - len(indent) - 2)
    yield indent + lines[0]
    yield from (f"{indent}  {line}" for line in lines[1:])
