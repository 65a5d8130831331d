"""`grader rubric validate`: says what is wrong with rubric files, and what is odd."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import MESSAGE_CHARS, ExitCode, say
from grader.plain_text import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.records import Rubric
    from grader.rubric.lint import Warned
    from grader.rubric.lint_names import Names


@click.command()
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--strict", is_flag=True, help="Treat what is odd as a mistake.")
def validate(paths: tuple[Path, ...], strict: bool) -> int:
    """Check rubric files, and report every mistake with its place.

    What is valid and seldom meant is told as well, with the rule in brackets. Where it is meant, a
    comment in the line or above it says so: `# lint: allow RULE: reason`.
    """
    from grader.checks import CHECK_KINDS
    from grader.cli.rubric_show import totals
    from grader.errors import RubricError
    from grader.report.wording import plural
    from grader.rubric import load_rubric

    code = ExitCode.FULL_CREDIT
    for path in paths:
        try:
            found = load_rubric(path, CHECK_KINDS)
        except RubricError as error:
            say(clean_text(error.message, MESSAGE_CHARS, keep_lines=True), err=True)
            code = ExitCode.UNUSABLE
            continue
        odd = warnings_of(found)
        for one in odd:
            say(clean_text(one.text(str(path)), MESSAGE_CHARS), err=True)
        mark = "✗" if odd and strict else "✓"
        also = f" · {plural(len(odd), 'warning')}" if odd else ""
        say(f"{mark} {clean_text(str(path), 300)}: {totals(found)}{also}")
        if odd and strict:
            code = ExitCode.UNUSABLE
    return code


def warnings_of(rubric: Rubric) -> tuple[Warned, ...]:
    """Looks for what is odd in a rubric; nothing in one that was made in memory."""
    if not rubric.path:
        return ()
    from grader.assignments import reference_sources, template_sources
    from grader.rubric.lint import Linted, lint
    from grader.rubric.lint_rules import RULES
    from grader.rubric.source import read_source

    linted = Linted(rubric, _names(template_sources, rubric), _names(reference_sources, rubric))
    path = Path(rubric.path)
    text = path.read_text(encoding="utf-8-sig")
    return lint(linted, read_source(path), text, RULES)


def _names(sources: Callable[[Rubric], Mapping[str, bytes]], rubric: Rubric) -> Names | None:
    from grader.errors import UsageError
    from grader.rubric.lint_names import names_in

    try:
        return names_in(sources(rubric))
    except UsageError:  # a rubric may be written before its template
        return None
