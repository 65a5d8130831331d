"""Turns one file, which is a whole hand-in, into a listing of itself: a notebook or a script."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import HandInTooLarge
from grader.handin.document import look_into
from grader.handin.model import IntakeLimits, Listing, nfc, size_text
from grader.plain_text import quote

_PIECE_BYTES = 2**20


@contextmanager
def open_notebook(raw: io.FileIO, path: Path, limits: IntakeLimits) -> Iterator[Listing]:
    """Lists a notebook that was handed in alone; it can be read while the context is open.

    Args:
        raw: The open file, which is closed at the end.
        path: What to call it.
        limits: Bounds on sizes.
    """
    with raw:
        size = os.fstat(raw.fileno()).st_size

        def pieces(_path: str) -> Iterator[bytes]:
            at = 0
            while piece := os.pread(raw.fileno(), _PIECE_BYTES, at):
                at += len(piece)
                yield piece

        def read(name: str, limit: int) -> bytes:
            if size > limit:
                raise HandInTooLarge(
                    f"{quote(name)} is {size_text(size)}; the limit for a file of this kind is "
                    f"{size_text(limit)}. Clear the outputs that are not asked for and hand in "
                    "again."
                )
            return b"".join(pieces(name))

        yield Listing(
            kind="notebook",
            name=path.stem,
            sources=(),
            others=(path.name,),
            ignored=(),
            notes=(),
            read=_nothing,
            documents=look_into([(path.name, size)], pieces, limits),
            read_other=read,
            open_other=lambda _: os.dup(raw.fileno()),
        )


@contextmanager
def open_script(raw: io.FileIO, path: Path, limits: IntakeLimits) -> Iterator[Listing]:
    """Lists a Python file that was handed in alone; it can be read while the context is open.

    Args:
        raw: The open file, which is closed at the end.
        path: What to call it.
        limits: Bounds on sizes.
    """
    with raw:

        def read(source: str) -> bytes:
            content = os.pread(raw.fileno(), limits.max_file_bytes + 1, 0)
            if len(content) > limits.max_file_bytes:
                raise HandInTooLarge(
                    f"{quote(source)} is larger than {size_text(limits.max_file_bytes)}, the "
                    "limit for a Python file. Keep data out of source files and hand in again."
                )
            return content

        yield Listing(
            kind="script",
            name=path.stem,
            sources=(nfc(path.name),),
            others=(),
            ignored=(),
            notes=(),
            read=read,
        )


def _nothing(source: str) -> bytes:
    raise LookupError(source)
