"""`grader data`: add data sets for training, list them, and check their files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import ExitCode, say, say_safely
from grader.cli.data_folder import DATA_VARIABLE, data_folder
from grader.plain_text import clean_text, quote_if_odd

if TYPE_CHECKING:
    from grader.datasets import Facts

PATH_CHARS = 300

_PARTS = {"train": "training", "validation": "validation", "test": "test"}

_data_option = click.option(
    "--data",
    "option",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=f"Folder of the data sets; else ${DATA_VARIABLE}, else grader/data in the cache folder.",
)


@click.group()
def data() -> None:
    """Add, list and verify data sets for training."""


@data.command()
@click.argument("name")
@click.argument("source")
@_data_option
@click.option("--replace", is_flag=True, help="Put it in the place of the one that is there.")
def add(name: str, source: str, option: Path | None, replace: bool) -> int:
    """Add the data set NAME from SOURCE, a path or a URL.

    SOURCE is the folder or archive as it was published. `grader data list` names the data sets.
    """
    from grader.datasets import add as add_dataset

    folder = data_folder(option, os.environ)
    facts = add_dataset(name, source, folder, replace=replace)
    place = quote_if_odd(str(folder / name), PATH_CHARS)
    say_safely(f"✓ {name}: {counts_text(facts)} in {place} ({_size_text(facts.size)})")
    _say_notes(facts)
    return ExitCode.FULL_CREDIT


@data.command(name="list")
@_data_option
def list_data(option: Path | None) -> int:
    """List the data sets that are there, and those that can be added."""
    from grader.datasets import KNOWN, SYNTHETIC, DataSetError, facts_of, names, open_dataset

    folder = data_folder(option, os.environ)
    there = names(folder)
    say_safely(f"In {quote_if_odd(str(folder), PATH_CHARS)}:")
    for name in KNOWN:
        if name not in there:
            say(f"○ {name}: not added; its SOURCE is {KNOWN[name].wanted}")
            continue
        try:
            open_dataset(name, folder)
            facts = facts_of(name, folder)
        except DataSetError as error:
            say_safely(f"✗ {name}: {error.message}")
        else:
            say(f"✓ {name}: {counts_text(facts)} ({_size_text(facts.size)})")
            _say_notes(facts)
    say(f"✓ {SYNTHETIC}: always there, made when it is used")
    return ExitCode.FULL_CREDIT


@data.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@_data_option
def verify(names: tuple[str, ...], option: Path | None) -> int:
    """Read data sets whole, and report what was changed.

    Without a NAME all that are there are read.
    """
    from grader.datasets import SYNTHETIC, DataSetError, facts_of
    from grader.datasets import names as names_in
    from grader.datasets import verify as verify_dataset

    folder = data_folder(option, os.environ)
    asked = names or tuple(name for name in names_in(folder) if name != SYNTHETIC)
    if not asked:
        place = quote_if_odd(str(folder), PATH_CHARS)
        say_safely(f"No data set was added to {place}. Add one: `grader data add NAME SOURCE`.")
    code = ExitCode.FULL_CREDIT
    for name in asked:
        shown = clean_text(name, PATH_CHARS)
        try:
            problems = verify_dataset(name, folder)
        except DataSetError as error:
            problems = (error.message,)
        for problem in problems:
            code = ExitCode.UNUSABLE
            say_safely(f"✗ {shown}: {problem}", err=True)
        if problems:
            continue
        if name == SYNTHETIC:
            say(f"✓ {SYNTHETIC}: made when it is used; there is nothing to verify")
        else:
            say(f"✓ {name}: {counts_text(facts_of(name, folder))}, all as they were added")
    return code


def counts_text(facts: Facts) -> str:
    """Counts the rows of each part: "50,000 training and 9,797 test images"."""
    *first, last = (f"{found.count:,} {_PARTS[part]}" for part, found in facts.parts.items())
    return f"{', '.join(first)} and {last} {'images' if facts.holds_images else 'rows'}"


def _size_text(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"


def _say_notes(facts: Facts) -> None:
    for note in facts.notes:
        say_safely(f"  · {clean_text(note, 1_000)}")
