"""`grader rubric`: check a rubric file, look at one, and write the schema for editors."""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import ExitCode, say
from grader.cli.rubric_audit import audit, named_rubric
from grader.plain_text import clean_text, quote

if TYPE_CHECKING:
    from rich.table import Table

    from grader.records import Criterion, Rubric

CELL_CHARS = 120
PLAIN_TABLE_WIDTH = 160


@click.group()
def rubric() -> None:
    """Check, show and describe rubrics."""


rubric.add_command(audit)


@rubric.command()
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
def validate(paths: tuple[Path, ...]) -> int:
    """Check rubric files, and report every mistake with its place."""
    from grader.checks import CHECK_KINDS
    from grader.errors import RubricError
    from grader.rubric import load_rubric

    code = ExitCode.FULL_CREDIT
    for path in paths:
        try:
            found = load_rubric(path, CHECK_KINDS)
        except RubricError as error:
            say(clean_text(error.message, 20_000, keep_lines=True), err=True)
            code = ExitCode.UNUSABLE
        else:
            say(f"✓ {clean_text(str(path), 300)}: {_totals(found)}")
    return code


@rubric.command()
@click.argument("which", metavar="ID|FILE")
def show(which: str) -> None:
    """Show a rubric as a table."""
    from grader.cli.rubric_training import training_lines
    from grader.report.terminal import console_on, fit

    found = named_rubric(which)
    width = None if sys.stdout.isatty() else PLAIN_TABLE_WIDTH
    console = console_on(sys.stdout, width)
    with console.capture() as captured:
        console.print(_title(found), style="bold")
        console.print(_table(found))
    drawn = "\n".join(line.rstrip() for line in captured.get().splitlines())
    encoding = sys.stdout.encoding or "ascii"
    trained = "\n".join(training_lines(found, encoding))
    said = f"{drawn}\n{_totals(found)}" + (f"\n\n{trained}" if trained else "")
    click.echo(fit(said, encoding), color=True)


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
            _checks(one),
            ", ".join(one.needs),
        )
        table.add_row(*(Text(clean_text(cell, CELL_CHARS)) for cell in cells))
    return table


def _checks(criterion: Criterion) -> str:
    """Count a criterion's checks by kind, and by visibility where it is their own."""
    counted = Counter(
        check.kind
        if check.visibility is criterion.visibility
        else f"{check.visibility.value} {check.kind}"
        for check in criterion.checks
    )
    return ", ".join(kind if count == 1 else f"{count} {kind}" for kind, count in counted.items())


def _totals(found: Rubric) -> str:
    from grader.report.wording import plural, points_text

    by_visibility: dict[str, Decimal] = {}
    for one in (one for one in found.criteria if not one.bonus):
        sofar = by_visibility.get(one.visibility.value, Decimal(0))
        by_visibility[one.visibility.value] = sofar + one.points
    parts = [f"{points_text(points)} {name}" for name, points in by_visibility.items()]
    more = ""
    bonus = sum((one.points for one in found.criteria if one.bonus), Decimal(0))
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


@rubric.command()
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write it here.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of rubric files.

    Editors complete and check a rubric with it.
    """
    from grader.checks import CHECK_KINDS
    from grader.report.storage import write_text
    from grader.rubric.schema import schema_text

    text = schema_text(tuple(CHECK_KINDS.values()))
    if out is None:
        say(text.removesuffix("\n"))
        return
    write_text(text, out)
    say(f"✓ wrote {quote(str(out))}")
