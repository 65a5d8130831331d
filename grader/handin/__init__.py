"""Turns a path into a frozen `HandIn`; refuses, in full sentences, what is unsafe.

    path ─ folder | archive | single ─▶ Listing ─ documents, discovery ─▶ HandIn

An archive that is all that a folder or an archive holds of work is opened in its place; one in
that is not. Runs nothing, unpacks nothing to disk, and asks no rubric more than the names it was
given.
"""

from __future__ import annotations

import functools
import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from types import MappingProxyType

from grader.errors import HandInError, HandInNotFound, UnsafeArchive
from grader.handin.archive import open_archive
from grader.handin.assembly import assemble, read_beside
from grader.handin.discovery import folder_name, spelling_of
from grader.handin.documents import DocumentReader, read_here, reader_within
from grader.handin.folder import open_folder
from grader.handin.inner_archive import inner_archive, within
from grader.handin.magic import START_BYTES, damaged, refuse_unless_zip
from grader.handin.model import (
    LISTED_AT_MOST,
    HandIn,
    IntakeLimits,
    Listing,
    digest_of,
    display_id,
    is_notebook,
    is_source,
)
from grader.handin.single import open_notebook, open_script
from grader.handin.standins import Patterns
from grader.plain_text import clean_text, quote, quote_some

__all__ = ["ArchiveReader", "HandIn", "IntakeLimits", "read_handin", "refuse_what_is_none"]

ArchiveReader = Callable[[io.FileIO, Path, IntakeLimits], AbstractContextManager[Listing]]

# Folders that a student's copy of an assignment brings, or that its README has one make.
OF_A_COPY = (".github", ".grader", ".venv", ".vscode")

_NO_LIMITS_GIVEN = IntakeLimits()
_NO_NOTEBOOKS: Patterns = MappingProxyType({})


def read_handin(
    path: Path,
    *,
    roots: Sequence[str],
    expects: Sequence[str],
    accept: Sequence[str] = ("folder", "zip"),
    root: str | None = None,
    notebooks: Patterns = _NO_NOTEBOOKS,
    answers: Sequence[str] = (),
    limits: IntakeLimits = _NO_LIMITS_GIVEN,
    read_archive: ArchiveReader = open_archive,
    read_documents: DocumentReader = read_here,
) -> HandIn:
    """Reads a hand-in: finds the student's package and takes its Python files.

    Args:
        path: A folder, a zip archive, a notebook or a Python file.
        roots: Names the package may have, the most likely first.
        expects: Posix paths below the root of the modules the rubric asks about.
        accept: The kinds the assignment accepts.
        root: Posix path of the package inside the hand-in, if the user chose one.
        notebooks: Patterns of the names of notebooks that may stand for a module, by its path.
        answers: Names that an answer sheet may have; none where there is no sheet.
        limits: Bounds on sizes and counts.
        read_archive: Lists an archive; in this process, unless another one is to do it.
        read_documents: Reads notebooks and the answer sheet, and is asked only where there are
            any; in this process, unless another one is to do it.

    Raises:
        HandInNotFound: Nothing readable lies at `path`.
        HandInTooLarge: A size or count is over its limit.
        UnsafePath: A name or link leads out of the hand-in, or two names collide.
        UnsafeArchive: The file is no zip, damaged, encrypted, or dishonest.
        PackageRootMissing: No folder holds any of `expects`, and nothing stands for them.
        PackageRootAmbiguous: Several do, and nothing tells them apart.
        HandInError: The assignment does not accept this kind, or nothing in it is readable.
    """
    with ExitStack() as stack:
        listing = stack.enter_context(_open(path, accept, limits, read_archive))
        if listing.kind == "folder" and "zip" in accept and inner_archive(listing):
            opened = _unpacked(listing, limits, read_archive, read_documents)
            listing, read_documents = stack.enter_context(opened)
        beside = read_beside(listing, notebooks, answers, limits, read_documents)
        package = assemble(listing, roots, expects, root, beside)
    others = sorted((*listing.others, *package.left_out))
    notes = [*package.found.notes, *listing.notes, *package.notes, *beside.notes]
    ignored = [name for name in listing.ignored if name not in OF_A_COPY]
    if ignored:
        notes.append(f"Ignored {quote_some(ignored)}: not part of the work.")
    if len(others) > LISTED_AT_MOST:
        notes.append(
            f"Only the first {LISTED_AT_MOST:,} of {len(others):,} other files are listed."
        )
    name = folder_name(listing, package.found.root)
    root_name = _root_name(name, roots, package.files)
    if name != root_name and listing.kind in ("folder", "zip") and listing.sources:
        notes.append(f"The folder {quote(name)} is imported as {quote(root_name)}.")
    shown = functools.partial(clean_text, limit=limits.max_path_chars)
    return HandIn(
        id=display_id(listing.name),
        kind=listing.kind,
        digest=digest_of(package.files, beside.judged),
        root=shown(package.found.root),
        root_name=root_name,
        files=package.files,
        others=tuple(shown(other) for other in others[:LISTED_AT_MOST]),
        notes=tuple(notes),
        name=shown(Path(os.path.abspath(path)).name),
        documents=tuple(replace(each, path=shown(each.path)) for each in listing.documents),
        notebooks=tuple(
            replace(each, path=shown(each.path), module=package.modules.get(each.path, ""))
            for each in sorted(beside.documents.notebooks, key=lambda each: each.path)
        ),
        answers=beside.documents.answers,
    )


def _open(
    path: Path, accept: Sequence[str], limits: IntakeLimits, read_archive: ArchiveReader
) -> AbstractContextManager[Listing]:
    if _is_folder(path):
        _check_accepted("folder", path, accept)
        return open_folder(path, limits)
    if is_notebook(path.name) and "notebook" in accept:
        return open_notebook(_open_file(path), path, limits)
    if is_source(path.name) and "script" in accept:
        return open_script(_open_file(path), path, limits)
    _check_accepted("zip", path, accept)
    return read_archive(_zip_file(_open_file(path), path), path, limits)


def refuse_what_is_none(path: Path) -> None:
    """Says why a path is no hand-in of any assignment, if it is none; reads no more than it must.

    Raises:
        HandInNotFound: Nothing readable lies there.
        UnsafeArchive: It is a file, and neither a zip archive nor a notebook or Python file.
    """
    if _is_folder(path) or is_notebook(path.name) or is_source(path.name):
        return
    with _zip_file(_open_file(path), path) as raw:
        if not zipfile.is_zipfile(raw):
            raise UnsafeArchive(damaged(quote(path.name), "File is not a zip file"))


def _is_folder(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise HandInNotFound(
            f"There is no hand-in at {quote(str(path), 300)}: {reason}. Give the path of the "
            "assignment's folder or of a zip archive of it."
        ) from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise HandInNotFound(
            f"{quote(path.name)} is neither a folder nor a regular file, so it was not opened. "
            "Give the path of the assignment's folder or of a zip archive of it."
        )
    return stat.S_ISDIR(mode)


def _zip_file(raw: io.FileIO, path: PurePath) -> io.FileIO:
    """Gives an open file back, or closes it if its first bytes are not those of a zip."""
    try:
        refuse_unless_zip(raw.read(START_BYTES), path)
    except UnsafeArchive:
        raw.close()
        raise
    return raw


@contextmanager
def _unpacked(
    listing: Listing, limits: IntakeLimits, read_archive: ArchiveReader, read: DocumentReader
) -> Iterator[tuple[Listing, DocumentReader]]:
    """Opens the archive that is all that a folder holds of work."""
    at = inner_archive(listing)
    raw = _zip_file(io.FileIO(listing.open_other(at)), PurePath(at))
    with read_archive(raw, Path(at), limits) as inner:
        yield within(listing, at, inner, limits), reader_within(listing, at, inner, read)


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
