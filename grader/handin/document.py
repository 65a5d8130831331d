"""Looks at files beside the code without parsing them: what the first bytes are, a PDF's pages.

Bytes come in pieces and go; nothing here keeps more than a few kilobytes of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator

from grader.errors import HandInError
from grader.handin.model import Document, IntakeLimits, is_notebook, is_yaml

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),  # .docx, .pages and .odt are archives too
    (b"PK\x05\x06", "zip"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0", "ole"),  # the old .doc
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89HDF", "hdf5"),
    (b"\x93NUMPY", "npy"),
)
# ISO 32000-1, 7.7.3.3: each page is an object of this type; its parents are of type Pages. They
# can be counted where they are not inside a compressed stream of objects.
_PAGE = re.compile(rb"/Type[ \t\r\n]{0,8}/Page(?![A-Za-z])")
_PAGE_SPANS = 24  # bytes that an entry may take, so that none is lost between two pieces
_END = b"%%EOF"
_END_WITHIN = 2048  # bytes; some writers and mail programs add to the end


def look_into(
    sizes: Iterable[tuple[str, int]],
    pieces: Callable[[str], Iterable[bytes]],
    limits: IntakeLimits,
) -> tuple[Document, ...]:
    """Looks into the files that lie beside the code, the outermost first.

    Args:
        sizes: Paths of the files with their lengths.
        pieces: Gives the bytes of one of them; raises HandInError.
        limits: Bounds how many files and how many bytes are read.
    """
    found, left, bytes_left = [], limits.max_documents, limits.max_total_bytes
    for path, size in sorted(sizes, key=lambda each: (each[0].count("/"), each)):
        if left and size <= bytes_left:
            left -= 1
            document = _look(path, size, pieces, limits)
            bytes_left -= size if document.sha256 else 0
        else:
            document = Document(path, size)
        found.append(document)
    return tuple(sorted(found, key=lambda each: each.path))


def _look(
    path: str, size: int, pieces: Callable[[str], Iterable[bytes]], limits: IntakeLimits
) -> Document:
    too_large = (is_notebook(path) and size > limits.max_notebook_bytes) or (
        is_yaml(path) and size > limits.max_answers_bytes
    )
    if too_large or not size:
        return Document(path, size)
    wanted = is_notebook(path) or is_yaml(path)
    stream = iter(pieces(path))
    try:
        start = next(stream, b"")
        kind = next((kind for magic, kind in _MAGIC if start.startswith(magic)), "")
        if not wanted and kind != "pdf":
            return Document(path, size, kind)
        facts = _Facts()
        for piece in _chained(start, stream):
            facts.add(piece)
    except HandInError:
        return Document(path, size, whole=False)
    is_pdf = kind == "pdf"
    return Document(
        path,
        size,
        kind,
        facts.pages if is_pdf else 0,
        not is_pdf or _END in facts.tail,
        facts.sha256.hexdigest(),
    )


class _Facts:
    """Gathers what there is to say about bytes that come in pieces."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self.pages = 0
        self.tail = b""

    def add(self, piece: bytes) -> None:
        """Takes the next bytes."""
        self.sha256.update(piece)
        overlap = self.tail[-_PAGE_SPANS:]
        window = overlap + piece
        # An entry that ends within the overlap was counted with the piece before, unless the byte
        # that has to follow it was missing then.
        self.pages += sum(
            1 for found in _PAGE.finditer(window) if found.end() >= max(1, len(overlap))
        )
        if overlap and _ends_with_page(overlap):
            self.pages -= 1
        self.tail = (self.tail + piece)[-_END_WITHIN:]


def _ends_with_page(overlap: bytes) -> bool:
    return any(found.end() == len(overlap) for found in _PAGE.finditer(overlap))


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
