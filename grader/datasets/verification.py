"""Reads a data set whole and lists all that is not as it was when it was added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from grader.datasets.facts import Facts, FileFacts, file_name
from grader.datasets.faults import DataSetError, DataSetMissing
from grader.datasets.known import SYNTHETIC
from grader.datasets.store import facts_of, open_part
from grader.plain_text import quote


def verify(name: str, folder: Path) -> tuple[str, ...]:
    """Checks every byte of a data set against its facts.

    Returns:
        One sentence for each problem; none where all is as it was added.

    Raises:
        DataSetMissing: it is not there.
    """
    if name == SYNTHETIC:
        return ()
    try:
        facts = facts_of(name, folder)
    except DataSetMissing:
        raise
    except DataSetError as error:
        return (error.message,)
    return tuple(_problems(facts, folder))


def _problems(facts: Facts, folder: Path) -> Iterator[str]:
    for part, found in facts.parts.items():
        files = {"inputs": found.inputs, "labels": found.labels}
        wrong = [
            problem
            for what, expected in files.items()
            if (problem := _file_problem(folder / facts.name / file_name(part, what), expected))
        ]
        yield from wrong
        if not wrong:
            # The bytes are those of the facts; whether the facts are right is another question.
            try:
                open_part(facts, part, folder)
            except DataSetError as error:
                yield error.message


def _file_problem(path: Path, expected: FileFacts) -> str:
    name = quote(path.name)
    try:
        size = path.stat().st_size
        if size < expected.size:
            return f"{name} is truncated: it has {size:,} of {expected.size:,} bytes."
        if size > expected.size:
            return f"{name} has {size:,} bytes; it had {expected.size:,} when it was added."
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return f"{name} is missing."
    except OSError as error:
        return f"{name} cannot be read: {error.strerror or error}."
    if digest != expected.sha256:
        return f"{name} was changed: its SHA-256 is not the one that it had when it was added."
    return ""
