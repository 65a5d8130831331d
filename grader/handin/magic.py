"""Says what a file is that was handed in as something else, by its first bytes."""

from __future__ import annotations

from pathlib import PurePath

from grader.errors import UnsafeArchive
from grader.plain_text import clean_text, quote

START_BYTES = 512  # as many as tell what a file is

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_MAGIC = (
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"\x1f\x8b", "a gzip file (.gz or .tgz)"),
    (0, b"BZh", "a bzip2 file"),
    (0, b"\xfd7zXZ\x00", "an xz file"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (0, b"%PDF", "a PDF document"),
    (0, b"MZ", "a Windows program"),
    (0, b"<!DOCTYPE", "a web page, such as one that asks to log in"),
    (0, b"<!doctype", "a web page, such as one that asks to log in"),
    (0, b"<html", "a web page, such as one that asks to log in"),
    (257, b"ustar", "a tar archive"),
)
_SUFFIXES = {".ipynb": "a notebook", ".py": "a single Python file"}


def known_kind(start: bytes) -> str:
    """Says what a file is by its first bytes, such as "a PDF document"; empty if unknown."""
    if start.startswith(_ZIP_MAGIC):
        return "a zip archive"
    known = (what for offset, magic, what in _MAGIC if start.startswith(magic, offset))
    return next(known, "")


def refuse_unless_zip(start: bytes, path: PurePath) -> None:
    """Says what a file is that is no zip: students hand in .rar files named .zip.

    Args:
        start: its first bytes.
        path: what to call it.

    Raises:
        UnsafeArchive: it is none.
    """
    if start.startswith(_ZIP_MAGIC):
        return
    what = known_kind(start) or _SUFFIXES.get(path.suffix.lower(), "not a zip archive")
    if not start:
        what = "empty (0 bytes), perhaps because an upload was cut short"
    raise UnsafeArchive(
        f"{quote(path.name)} is {what}; a hand-in is a folder or a zip archive. Compress the "
        "assignment's folder as .zip and hand that in."
    )


def damaged(what: str, error: object) -> str:
    """Says of an archive that it cannot be read, and what to do.

    Args:
        what: the archive, or a part of it.
        error: what was wrong.
    """
    detail = clean_text(str(error), 200) or type(error).__name__
    return (
        f"{what} is damaged ({detail}), perhaps by an upload that was cut short. Make the zip "
        "again, open it once yourself, and hand that in."
    )
