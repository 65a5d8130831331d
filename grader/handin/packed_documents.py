"""Notebooks and answers as plain values: read in one process and used in another.

Of a notebook cross three arrays of whole numbers and one of bytes. Whoever has taken over the
process that reads can send anything, so that all of it is looked at before it is believed.
"""

from __future__ import annotations

import gc
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast, get_args

import numpy as np
import numpy.typing as npt

from grader.errors import HandInError, HandInTooLarge
from grader.handin.answers import is_answers
from grader.handin.archive import open_archive
from grader.handin.documents import Documents, Wanted, read_documents
from grader.handin.model import IntakeLimits, size_text
from grader.handin.notebook import Cell, CellKind, Notebook, Picture
from grader.plain_text import clean_text, quote

_KINDS: Final = get_args(CellKind)
_FORMATS: Final = ("png", "jpeg", "svg")
_NO_COUNT: Final = -(2**40)
_CELL: Final = ("kind", "count", "outputs", "pictures", "source", "text", "error")
_MESSAGE_CHARS: Final = 2_000
_PIECE_BYTES: Final = 2**20


def read_packed_documents(
    descriptors: Sequence[int],
    is_archive: bool,
    wanted: tuple[Sequence[str], str, bool],
    limits: Mapping[str, int],
) -> dict[str, Any]:
    """Reads notebooks and answers.

    Args:
        descriptors: of the open archive, or of one open file for each path that is wanted.
        is_archive: which of them it is.
        wanted: the fields of `Wanted`.
        limits: the fields of `IntakeLimits`.

    Returns:
        `notebooks` by path, `refused` by path, `answers` as JSON, and `notes`; or
        `{"refused_all": why}`.
    """
    # A process that reads once and ends: to look for cycles among millions of cells, again and
    # again while they become more, takes longer than to read them.
    gc.disable()
    asked, bounds = Wanted(tuple(wanted[0]), wanted[1], wanted[2]), IntakeLimits(**limits)
    try:
        if is_archive:
            with open_archive(_At(descriptors[0]), Path("hand-in.zip"), bounds) as listing:
                found = read_documents(listing.read_other, asked, bounds)
        else:
            held = dict(zip(asked.paths, descriptors, strict=True))
            found = read_documents(
                lambda path, limit: _whole(held[path], path, limit), asked, bounds
            )
    except HandInError as error:
        return {"refused_all": error.message}
    return {
        "notebooks": {each.path: _packed(each) for each in found.notebooks},
        "refused": dict(found.refused),
        "answers": json.dumps(dict(found.answers)),  # as text: tables in it are nested deeply
        "notes": list(found.notes),
    }


def unpack_documents(packed: Mapping[str, Any], wanted: Wanted) -> Documents:
    """Makes values of what `read_packed_documents` returned.

    Raises:
        HandInError: the archive cannot be read any more.
        ValueError: this is not what `read_packed_documents` returns.
    """
    if "refused_all" in packed:
        raise HandInError(_sentence(packed["refused_all"]))
    answers = _answers(packed["answers"])
    if not is_answers(answers):
        raise ValueError("the answers are no mapping of plain values")
    known = set(wanted.notebooks)
    if not known >= {*packed["notebooks"], *packed["refused"]}:
        raise ValueError("a notebook was not asked for")
    return Documents(
        tuple(
            _unpacked(path, packed["notebooks"][path])
            for path in wanted.notebooks
            if path in packed["notebooks"]
        ),
        {path: _sentence(why) for path, why in packed["refused"].items()},
        answers,
        tuple(map(_sentence, packed["notes"][:2])),
    )


class _At(io.RawIOBase):
    """Reads an open file from a place of its own, which no other holder of it can move."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._at = 0
        self._size = os.fstat(descriptor).st_size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        piece = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("a place before the beginning of the file")
        self._at = start + offset
        return self._at

    def fileno(self) -> int:
        return self._descriptor


def _whole(descriptor: int, path: str, limit: int) -> bytes:
    size = os.fstat(descriptor).st_size
    if size > limit:
        raise HandInTooLarge(
            f"{quote(path)} is {size_text(size)}; the limit for a file of this kind is "
            f"{size_text(limit)}. Clear the outputs that are not asked for and hand in again."
        )
    return b"".join(_pieces(descriptor, limit))


def _pieces(descriptor: int, limit: int) -> Iterator[bytes]:
    at = 0
    while at < limit and (piece := os.pread(descriptor, min(_PIECE_BYTES, limit - at), at)):
        at += len(piece)
        yield piece


def _packed(notebook: Notebook) -> dict[str, Any]:
    contents: list[bytes] = []
    rows, pictures = [], []
    for cell in notebook.cells:
        texts = [text.encode() for text in (cell.source, cell.text, cell.error)]
        contents += texts
        count = _NO_COUNT if cell.execution_count is None else cell.execution_count
        kind = _KINDS.index(cell.kind)
        rows.append((kind, count, cell.outputs, len(cell.pictures), *map(len, texts)))
        pictures += [
            (_FORMATS.index(each.format), each.width, each.height, each.shades)
            for each in cell.pictures
        ]
    return {
        "language": notebook.language,
        "cells": np.array(rows, dtype=np.int64).reshape(-1, len(_CELL)),
        "pictures": np.array(pictures, dtype=np.int64).reshape(-1, 4),
        "contents": np.frombuffer(b"".join(contents), dtype=np.uint8),
    }


def _unpacked(path: str, packed: Mapping[str, Any]) -> Notebook:
    rows = _numbers(packed["cells"], len(_CELL))
    drawn = iter([_picture(row) for row in _numbers(packed["pictures"], 4)])
    contents: npt.NDArray[np.uint8] = packed["contents"]
    stream = io.BytesIO(contents.tobytes())
    cells = []
    for number, row in enumerate(rows, 1):
        kind, count, outputs, pictures, *sizes = row
        if min(kind, outputs, pictures, *sizes) < 0:
            raise ValueError("a cell has fewer than no parts")
        source, text, error = (_text(stream, size) for size in sizes)
        cells.append(
            Cell(
                number=number,
                kind=cast(CellKind, _KINDS[kind]),
                source=source,
                execution_count=None if count == _NO_COUNT else count,
                text=text,
                pictures=tuple(next(drawn) for _ in range(min(pictures, len(packed["pictures"])))),
                error=clean_text(error, 100),
                outputs=outputs,
            )
        )
    language = packed["language"]
    if type(language) is not str:
        raise ValueError("the language is no text")
    return Notebook(path, tuple(cells), language=clean_text(language, 40))


def _numbers(array: npt.NDArray[Any], columns: int) -> list[list[int]]:
    if array.dtype != np.int64 or array.ndim != 2 or array.shape[1] != columns:
        raise ValueError("the cells are no table of whole numbers")
    rows: list[list[int]] = array.tolist()
    return rows


def _picture(row: list[int]) -> Picture:
    kind, width, height, shades = row
    if not 0 <= kind < len(_FORMATS) or min(width, height, shades) < 0 or shades > 256:
        raise ValueError("a picture has no size")
    return Picture(cast(Any, _FORMATS[kind]), width, height, shades)


def _text(stream: io.BytesIO, size: int) -> str:
    content = stream.read(size)
    if len(content) != size:
        raise ValueError("the sizes are not those of the contents")
    return content.decode()


def _answers(text: Any) -> Any:
    if type(text) is not str:
        raise ValueError("the answers are no text")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("the answers are nested without end") from error


def _sentence(text: Any) -> str:
    if type(text) is not str:
        raise ValueError("a sentence is no text")
    return clean_text(text, _MESSAGE_CHARS)
