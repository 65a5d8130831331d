"""`grader rubric new`: the beginning of a rubric, from the signatures of a module or a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from grader.cli import say
from grader.errors import UsageError
from grader.plain_text import quote

FILES_AT_MOST: Final = 200
BYTES_AT_MOST: Final = 1_000_000


@click.command()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option(
    "--out",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="Write it here; a file that is there stays as it is.",
)
def new(path: Path, out: Path) -> None:
    """Write a first rubric for a module, or for the modules in a folder.

    The signatures are read, and nothing runs: `f_forward` and `f_backward` become a check of
    outputs and one of gradients, inputs are guessed from the arguments' names, and the points are
    spread evenly. Comments say what is left to do.
    """
    from grader.checks import CHECK_KINDS
    from grader.report.storage import write_text
    from grader.rubric import load_rubric
    from grader.rubric.new import new_rubric

    if out.exists():
        raise UsageError(
            f"{quote(str(out))} is there already, and is left as it is. Name another file with "
            "--out."
        )
    name, sources = _sources(path)
    write_text(new_rubric(name, sources), out)
    rubric = load_rubric(out, CHECK_KINDS)
    say(
        f"✓ wrote {quote(str(out))}: {len(rubric.criteria)} criteria to look through; the comments "
        "say what to look at."
    )


def _sources(path: Path) -> tuple[str, dict[str, bytes]]:
    """Reads the Python files of a package, and gives the package's name."""
    home = path if path.is_dir() else path.parent
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    files = [file for file in files if not file.name.startswith("test_")]
    if len(files) > FILES_AT_MOST:
        raise UsageError(
            f"{quote(str(path))} holds {len(files)} Python files; a rubric is made of at most "
            f"{FILES_AT_MOST}. Name the folder of the modules that students write."
        )
    try:
        sources = {file.relative_to(home).as_posix(): _bytes(file) for file in files}
    except OSError as error:
        raise UsageError(
            f"{quote(str(path))} cannot be read: {error.strerror}. Check the path."
        ) from error
    return home.resolve().name, sources


def _bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(BYTES_AT_MOST)
