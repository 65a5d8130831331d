"""From a command's arguments to a rubric and a hand-in; shared by `check` and `grade`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.errors import UsageError
from grader.plain_text import clean_text, quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.handin import HandIn
    from grader.records import Rubric
    from grader.worker.service import WorkerService


def choose_rubric(assignment: str | None, rubric_file: Path | None, path: Path | None) -> Rubric:
    """Load the rubric that was named, or else the one that the hand-in's place suggests.

    Args:
        assignment: id of an assignment.
        rubric_file: a rubric file, in place of an id.
        path: the hand-in to guess from; None when guessing is not wanted.

    Raises:
        click.UsageError: both were named.
        UsageError: neither was named, and nothing could be guessed.
        HandInError: nothing could be guessed, because there is no hand-in.
        RubricError: the rubric is missing or at fault.
    """
    from grader.assignments import (
        assignment_ids,
        course_folder,
        guess_assignment,
        has_code,
        rubrics_dir,
    )
    from grader.checks import CHECK_KINDS
    from grader.handin import refuse_what_is_none
    from grader.rubric import find_rubric, load_rubric

    if assignment and rubric_file:
        raise click.UsageError("Give --assignment or --rubric, not both.")
    if rubric_file:
        return load_rubric(rubric_file, CHECK_KINDS)
    beside = course_folder(path) if path is not None else None
    if beside is not None:
        rubric = load_rubric(beside / "rubric.yaml", CHECK_KINDS)
        if assignment in (None, rubric.assignment):
            return rubric
    if not assignment and path is not None:
        assignment = guess_assignment(path)
    if not assignment:
        known = _choices(assignment_ids())
        if path is None:
            raise UsageError(
                f"The rubric was not named. Give --assignment ID or --rubric FILE{known}"
            )
        refuse_what_is_none(path)
        if not has_code(path):
            raise UsageError(
                f"No Python file and no notebook was found in {quote(str(path))}, so which "
                "assignment it belongs to cannot be told. Give the path of the assignment's "
                f"folder, or --assignment ID{known}"
            )
        raise UsageError(
            f"Which assignment {quote(str(path))} belongs to cannot be told from its files. "
            f"Give --assignment ID{known}"
        )
    return load_rubric(find_rubric(assignment, rubrics_dir()), CHECK_KINDS)


def open_handin(
    path: Path, rubric: Rubric, root: str | None, service: WorkerService | None = None
) -> HandIn:
    """Read a hand-in by its assignment's rules.

    Args:
        path: a folder or an archive.
        rubric: gives the rules.
        root: the package's folder in it, where somebody named one.
        service: has the worker in which an archive is read; one is started unless given.

    Raises:
        HandInError: it is missing, unsafe, or not of this assignment.
        WorkerDidNotStart: a fault of the machine.
    """
    from contextlib import nullcontext

    from grader.intake import read_for
    from grader.staging import start_service

    with nullcontext(service) if service else start_service(rubric) as running:
        return read_for(rubric, path, root, running)


def split_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Take ids apart that were given one by one, or several with commas between them.

    >>> split_ids(["relu, affine", "net"])
    ('relu', 'affine', 'net')
    """
    return tuple(one for text in texts for one in text.replace(",", " ").split())


def _choices(ids: tuple[str, ...]) -> str:
    if not ids:
        return "."
    return "; the assignments are:\n" + "\n".join(f"  {clean_text(one, 100)}" for one in ids)
