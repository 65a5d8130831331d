"""`grader rubric show`: a rubric for humans, as a table, check by check, or as a tree of needs."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.cli.rubric_audit import named_rubric
from grader.plain_text import clean_text

if TYPE_CHECKING:
    from rich.table import Table

    from grader.records import Criterion, Rubric

CELL_CHARS: Final = 120
PLAIN_TABLE_WIDTH: Final = 160


@click.command()
@click.argument("which", metavar="ID|FILE")
@click.option("--tree", is_flag=True, help="Draw which criteria build on which.")
@click.option("--checks", is_flag=True, help="Tell each check: kind, weight, tolerance, hint.")
@click.option("--public", is_flag=True, help="Show what students get of it.")
def show(which: str, tree: bool, checks: bool, public: bool) -> None:
    """Show a rubric as a table."""
    from grader.report.terminal import fit

    found = named_rubric(which)
    if public:
        found = public_of(found)
    encoding = sys.stdout.encoding or "ascii"
    if tree or checks:
        from grader.cli.rubric_lines import check_lines, title_lines, tree_lines

        parts = [title_lines(found)]
        parts += [tree_lines(found)] if tree else []
        parts += [check_lines(found)] if checks else []
        said = "\n\n".join("\n".join(lines) for lines in parts)
        click.echo(fit(f"{said}\n\n{totals(found)}", encoding))
        return
    click.echo(fit("\n".join(_table_lines(found, encoding)), encoding), color=True)


def public_of(rubric: Rubric) -> Rubric:
    """Reads a rubric as students get it."""
    from grader.checks import CHECK_KINDS
    from grader.release.public_rubric import public_rubric
    from grader.rubric import load_rubric

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rubric.yaml"
        path.write_text(public_rubric(Path(rubric.path)), encoding="utf-8")
        return load_rubric(path, CHECK_KINDS)


def _table_lines(found: Rubric, encoding: str) -> Iterator[str]:
    from grader.cli.rubric_training import training_lines
    from grader.report.terminal import console_on

    console = console_on(sys.stdout, None if sys.stdout.isatty() else PLAIN_TABLE_WIDTH)
    with console.capture() as captured:
        console.print(_title(found), style="bold")
        console.print(_table(found))
    yield from (line.rstrip() for line in captured.get().splitlines())
    yield totals(found)
    trained = list(training_lines(found, encoding))
    yield from ("", *trained) if trained else ()


def _title(found: Rubric) -> str:
    return f"{clean_text(found.assignment, CELL_CHARS)} · {clean_text(found.title, CELL_CHARS)}"


def _table(found: Rubric) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from grader.report.wording import points_text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for name in ("id", "title", "subject"):
        table.add_column(name, overflow="fold")
    table.add_column("points", justify="right")
    for name in ("visibility", "checks", "needs"):
        table.add_column(name, overflow="fold")
    for one in found.criteria:
        cells = (
            one.id,
            one.title,
            one.subject,
            points_text(one.points) + (" bonus" if one.bonus else ""),
            one.visibility.value,
            kinds_of(one),
            ", ".join(one.needs),
        )
        table.add_row(*(Text(clean_text(cell, CELL_CHARS)) for cell in cells))
    return table


def kinds_of(criterion: Criterion) -> str:
    """Counts a criterion's checks by kind, and by visibility where it is their own."""
    counted = Counter(
        check.kind
        if check.visibility is criterion.visibility
        else f"{check.visibility.value} {check.kind}"
        for check in criterion.checks
    )
    return ", ".join(kind if count == 1 else f"{count} {kind}" for kind, count in counted.items())


def totals(found: Rubric) -> str:
    """Sums a rubric up in a line."""
    from grader.report.wording import plural, points_text

    by_visibility: dict[str, Decimal] = {}
    for one in (one for one in found.criteria if not one.bonus):
        sofar = by_visibility.get(one.visibility.value, Decimal(0))
        by_visibility[one.visibility.value] = sofar + one.points
    parts = [f"{points_text(points)} {name}" for name, points in by_visibility.items()]
    more = ""
    bonus = _sum(one.points for one in found.criteria if one.bonus)
    if bonus:
        more += f" and {points_text(bonus)} bonus"
    if found.maximum is not None:
        more += f", at most {points_text(found.maximum)}"
    checks = sum(len(one.checks) for one in found.criteria)
    return (
        f"{points_text(found.possible)} points ({', '.join(parts)}){more} · "
        f"{len(found.criteria)} {'criterion' if len(found.criteria) == 1 else 'criteria'} · "
        f"{plural(checks, 'check')}"
    )


def _sum(points: Iterable[Decimal]) -> Decimal:
    return sum(points, Decimal(0))
