"""Reads a rubric file: bytes in, plain data with a place for each value out.

Refuses what is missing, too large or not UTF-8; what YAML allows beyond that is decided in
`tokens` and `tree`. The module knows no rubric.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import RubricNotFound, RubricSyntaxError
from grader.rubric.tokens import syntax_error, tokenize
from grader.rubric.tree import Place, build

MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read.

    Attributes:
        name: the path as the caller wrote it.
        data: plain data; parts of it are shared where the file uses aliases.
        root: place of the whole.
        digest: `sha256:` of the file's bytes.
    """

    name: str
    data: Any
    root: Place
    digest: str

    def place(self, path: Iterable[str | int]) -> Place:
        """Gives the place of the value at a path, or of the deepest part of it that exists."""
        found = self.root
        for step in path:
            if step not in found.inside:
                break
            found = found.inside[step]
        return found


def read_source(path: Path) -> Source:
    """Reads one file.

    Raises:
        RubricNotFound: The file does not exist or may not be read.
        RubricSyntaxError: It is too large, not UTF-8, or not YAML that a rubric may use.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RubricNotFound(f"{name} cannot be read: {reason}. Check the path.") from error
    if len(content) > MAX_BYTES:
        raise RubricSyntaxError(
            f"{name} is larger than {MAX_BYTES // 1024} KiB, the limit for a rubric. Check the "
            "path."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start)
        column = error.start - content.rfind(b"\n", 0, error.start) - 1
        what = f"Byte 0x{content[error.start]:02x} is not UTF-8."
        raise syntax_error(name, line, column, what, "Save the file as UTF-8.") from error
    data, root = build(tokenize(text, name), name)
    return Source(name, data, root, f"sha256:{hashlib.sha256(content).hexdigest()}")
