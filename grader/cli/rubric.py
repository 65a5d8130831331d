"""`grader rubric`: check a rubric file, look at one, and write the schema for editors."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import say
from grader.cli.rubric_audit import audit
from grader.cli.rubric_new import new
from grader.cli.rubric_preview import preview
from grader.cli.rubric_show import show
from grader.cli.rubric_validate import validate
from grader.plain_text import quote


@click.group()
def rubric() -> None:
    """Check, show and describe rubrics."""


for command in (validate, show, new, preview, audit):
    rubric.add_command(command)


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
