"""Turns a path into a frozen `HandIn`; refuses, in full sentences, what is unsafe.

    path ─ folder | archive ─▶ Listing ─ discovery ─▶ HandIn

Runs nothing, unpacks nothing to disk, and asks no rubric more than the names it was given.
"""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from grader.errors import HandInError, HandInNotFound, UnsafeArchive
from grader.handin.archive import open_archive
from grader.handin.discovery import find_root, folder_name, gather, spelling_of
from grader.handin.folder import open_folder
from grader.handin.model import HandIn, IntakeLimits, Listing, digest_of, display_id
from grader.plain_text import clean_text, quote, quote_some

__all__ = ["ArchiveReader", "HandIn", "IntakeLimits", "read_handin"]

ArchiveReader = Callable[[io.FileIO, Path, IntakeLimits], AbstractContextManager[Listing]]

_MAX_OTHERS = 1_000
_NO_LIMITS_GIVEN = IntakeLimits()

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
    (257, b"ustar", "a tar archive"),
)
_SUFFIXES = {".ipynb": "a notebook", ".py": "a single Python file"}


def read_handin(
    path: Path,
    *,
    roots: Sequence[str],
    expects: Sequence[str],
    accept: Sequence[str] = ("folder", "zip"),
    root: str | None = None,
    limits: IntakeLimits = _NO_LIMITS_GIVEN,
    read_archive: ArchiveReader = open_archive,
) -> HandIn:
    """Reads a hand-in: finds the student's package and takes its Python files.

    Args:
        path: A folder or a zip archive.
        roots: Names the package may have, the most likely first.
        expects: Posix paths below the root of the modules the rubric asks about.
        accept: The kinds the assignment accepts.
        root: Posix path of the package inside the hand-in, if the user chose one.
        limits: Bounds on sizes and counts.
        read_archive: Lists an archive; in this process, unless another one is to do it.

    Raises:
        HandInNotFound: Nothing readable lies at `path`.
        HandInTooLarge: A size or count is over its limit.
        UnsafePath: A name or link leads out of the hand-in, or two names collide.
        UnsafeArchive: The file is no zip, damaged, encrypted, or dishonest.
        PackageRootMissing: No folder holds any of `expects`.
        PackageRootAmbiguous: Several do, and nothing tells them apart.
        HandInError: The assignment does not accept this kind, or a file is unreadable.
    """
    with _open(path, accept, limits, read_archive) as listing:
        found = find_root(listing, roots=roots, expects=expects, root=root)
        files, left_out, notes = gather(listing, found.root, expects)
    others = sorted((*listing.others, *left_out))
    if listing.ignored:
        notes.append(f"Ignored {quote_some(listing.ignored)}: not part of the work.")
    if len(others) > _MAX_OTHERS:
        notes.append(f"Only the first {_MAX_OTHERS:,} of {len(others):,} other files are listed.")
    name = folder_name(listing, found.root)
    root_name = _root_name(name, roots, files)
    if name != root_name:
        notes.append(f"The folder {quote(name)} is imported as {quote(root_name)}.")
    return HandIn(
        id=display_id(listing.name),
        kind=listing.kind,
        digest=digest_of(files),
        root=clean_text(found.root, limits.max_path_chars),
        root_name=root_name,
        files=files,
        others=tuple(clean_text(other, limits.max_path_chars) for other in others[:_MAX_OTHERS]),
        notes=(*found.notes, *listing.notes, *notes),
    )


def _open(
    path: Path, accept: Sequence[str], limits: IntakeLimits, read_archive: ArchiveReader
) -> AbstractContextManager[Listing]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise HandInNotFound(
            f"There is no hand-in at {quote(str(path), 300)}: {reason}. Give the path of the "
            "assignment's folder or of a zip archive of it."
        ) from error
    if stat.S_ISDIR(mode):
        _check_accepted("folder", path, accept)
        return open_folder(path, limits)
    if not stat.S_ISREG(mode):
        raise HandInNotFound(
            f"{quote(path.name)} is neither a folder nor a regular file, so it was not opened. "
            "Give the path of the assignment's folder or of a zip archive of it."
        )
    _check_accepted("zip", path, accept)
    raw = _open_file(path)
    try:
        _check_magic(raw.read(512), path)
    except UnsafeArchive:
        raw.close()
        raise
    return read_archive(raw, path, limits)


def _check_accepted(kind: str, path: Path, accept: Sequence[str]) -> None:
    if kind not in accept:
        what = {"folder": "a folder", "zip": "a file"}[kind]
        raise HandInError(
            f"{quote(path.name)} is {what}; this assignment accepts {' or '.join(accept)}. Hand "
            "the work in as that."
        )


def _open_file(path: Path) -> io.FileIO:
    try:
        return io.FileIO(path)
    except OSError as error:
        raise HandInNotFound(
            f"{quote(path.name)} cannot be opened: {error.strerror}. Make it readable, or hand in "
            "a fresh copy."
        ) from error


def _check_magic(start: bytes, path: Path) -> None:
    """Says what a file is that is no zip: students hand in .rar files named .zip."""
    if start.startswith(_ZIP_MAGIC):
        return
    known = [what for offset, magic, what in _MAGIC if start.startswith(magic, offset)]
    what = known[0] if known else _SUFFIXES.get(path.suffix.lower(), "not a zip archive")
    if not start:
        what = "empty (0 bytes), perhaps because an upload was cut short"
    raise UnsafeArchive(
        f"{quote(path.name)} is {what}; a hand-in is a folder or a zip archive. Compress the "
        "assignment's folder as .zip and hand that in."
    )


def _root_name(name: str, roots: Sequence[str], files: Mapping[str, bytes]) -> str:
    """Settles by which name the package's own modules can import one another."""
    known = spelling_of(name, roots)
    if known:
        return known
    for candidate in roots:
        mention = rb"^[ \t]*(?:from|import)[ \t]+" + re.escape(candidate.encode()) + rb"\b"
        if any(re.search(mention, source, re.MULTILINE) for source in files.values()):
            return candidate
    if roots:
        return roots[0]
    return name if name.isidentifier() else "handin"
