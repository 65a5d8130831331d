"""A listing as plain values, so that an archive can be read in one process and used in another."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.errors import HandInError, HandInTooLarge, UnsafeArchive, UnsafePath
from grader.handin.archive import open_archive
from grader.handin.model import Document, IntakeLimits, Listing
from grader.plain_text import clean_text

_SEPARATOR = "\0"  # which no vetted name holds
_REFUSALS = {kind.__name__: kind for kind in (HandInTooLarge, UnsafeArchive, UnsafePath)}
_MESSAGE_CHARS = 2_000
_NOTES = 4


def read_packed(descriptor: int, name: str, limits: Mapping[str, int]) -> dict[str, Any]:
    """Reads an archive whole; a refusal is part of what it returns.

    Args:
        descriptor: the open file; it is closed at the end.
        name: what to call it.
        limits: the fields of `IntakeLimits`.

    Returns:
        `{"refused": (kind, message)}`, or the fields of a listing, bytes as arrays of them: names
        joined by null characters, all sources one after the other in `contents`, the length of
        each in `sizes`, in `faults`, by index, what was wrong with one, and `notes`.
    """
    try:
        with open_archive(io.FileIO(descriptor), Path(name), IntakeLimits(**limits)) as listing:
            contents: list[bytes] = []
            faults: dict[str, tuple[str, str]] = {}
            for index, source in enumerate(listing.sources):
                try:
                    contents.append(listing.read(source))
                except HandInError as error:
                    contents.append(b"")
                    faults[str(index)] = (type(error).__name__, error.message)
            return {
                "sources": _joined(listing.sources),
                "others": _joined(listing.others),
                "ignored": _joined(listing.ignored),
                "sizes": np.array([len(content) for content in contents], dtype=np.int64),
                "contents": _array(b"".join(contents)),
                "faults": faults,
                "notes": list(listing.notes),
                "documents": [astuple(each) for each in listing.documents],
            }
    except HandInError as error:
        return {"refused": (type(error).__name__, error.message)}


def unpack(packed: Mapping[str, Any], name: str) -> Listing:
    """Makes a listing of what `read_packed` returned.

    Raises:
        HandInError: what the reading of the archive has raised.
        ValueError: this is not what `read_packed` returns.
    """
    if "refused" in packed:
        raise _refusal(packed["refused"])
    sources = _split(packed["sources"])
    if packed["sizes"].dtype != np.int64:
        raise ValueError("the sizes are no whole numbers")
    sizes = [int(size) for size in packed["sizes"]]
    contents: bytes = packed["contents"].tobytes()
    if len(sizes) != len(sources) or sum(sizes) != len(contents) or min(sizes, default=0) < 0:
        raise ValueError("the sizes are not those of the contents")
    held, at = {}, 0
    for source, size in zip(sources, sizes, strict=True):
        held[source], at = contents[at : at + size], at + size
    wrong = {sources[int(index)]: _refusal(fault) for index, fault in packed["faults"].items()}

    def read(source: str) -> bytes:
        if source in wrong:
            raise wrong[source]
        return held[source]

    return Listing(
        kind="zip",
        name=name,
        sources=sources,
        others=_split(packed["others"]),
        ignored=_split(packed["ignored"]),
        notes=tuple(clean_text(note, _MESSAGE_CHARS) for note in packed["notes"][:_NOTES]),
        read=read,
        documents=tuple(map(_document, packed["documents"])),
    )


def _document(packed: Sequence[Any]) -> Document:
    path, size, kind, pages, whole, sha256 = packed
    if not all(type(each) is str for each in (path, kind, sha256)):
        raise ValueError("a document has no name")
    if type(size) is not int or type(pages) is not int or min(size, pages) < 0:
        raise ValueError("a document has no size")
    return Document(path, size, clean_text(kind, 20), pages, whole is True, clean_text(sha256, 64))


def _refusal(fault: tuple[str, str]) -> HandInError:
    kind, message = fault
    return _REFUSALS.get(kind, HandInError)(clean_text(message, _MESSAGE_CHARS))


def _array(content: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(content, dtype=np.uint8)


def _joined(names: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    return _array(_SEPARATOR.join(names).encode())


def _split(names: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(names.tobytes().decode().split(_SEPARATOR)) if len(names) else ()
