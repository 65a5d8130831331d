"""Turns a zip archive into a listing; writes nothing to disk and believes no header.

Each member's header is vetted before anything is inflated. What is inflated, is inflated in
memory, in small pieces that are counted as they come.
"""

from __future__ import annotations

import copy
import functools
import io
import os
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.errors import HandInError, HandInTooLarge, UnsafeArchive, UnsafePath
from grader.handin.document import look_into
from grader.handin.inner_archive import inner_archive, within
from grader.handin.magic import START_BYTES, damaged, refuse_unless_zip
from grader.handin.model import (
    IntakeLimits,
    Listing,
    ignored_directory,
    is_ignored_file,
    is_source,
    listed,
    nfc,
    refuse_too_deep,
    refuse_twins,
    size_text,
)
from grader.plain_text import quote

_PIECE_BYTES = 64 * 2**10
_LOCAL_HEADER_BYTES = 30  # APPNOTE 4.3.7, without name and extra field
_CONTENTS_BYTES_PER_ENTRY = 512  # 46 fixed, then name, extra field and comment
_LEAST_READ_BYTES = 2**17  # zipfile looks for the end record in the last 64 KiB

_ENCRYPTED = 0x1 | 0x40 | 0x2000  # plain, strong, and hidden headers (APPNOTE 4.4.4)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UTF8_NAME = 0x800
_MADE_ON_WINDOWS = 0  # MS-DOS, as all of Microsoft's programs say (APPNOTE 4.4.2)


@contextmanager
def open_archive(raw: io.RawIOBase, path: Path, limits: IntakeLimits) -> Iterator[Listing]:
    """Lists a zip archive; its Python files can be read while the context is open.

    An archive in it that is all it holds of work takes its own place. The limits hold for both
    together; what is inflated of both lies in memory.

    Args:
        raw: The open file, which is closed at the end.
        path: What to call it.
        limits: Bounds on sizes and counts.

    Raises:
        UnsafeArchive: It is no zip, damaged, encrypted, dishonest, or holds links.
        UnsafePath: A member's name could lead out of the hand-in or hide another's.
        HandInTooLarge: There are too many members, or they are too large or too deep.
    """
    with _opened(raw, path, limits) as (archive, listing), ExitStack() as stack:
        at = inner_archive(listing)
        if at:
            content = listing.read_other(at, limits.max_total_bytes)
            refuse_unless_zip(content[:START_BYTES], PurePosixPath(at))
            left = _left_of(limits, archive)
            _, inner = stack.enter_context(_opened(io.BytesIO(content), Path(at), left))
            listing = within(listing, at, inner, limits)
        yield replace(listing, open_other=lambda _: os.dup(raw.fileno()))


@contextmanager
def _opened(
    raw: io.RawIOBase | io.BytesIO, path: Path, limits: IntakeLimits
) -> Iterator[tuple[zipfile.ZipFile, Listing]]:
    with _CappedReads(raw, limits) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except HandInError:
            raise
        except Exception as error:  # whatever zipfile raises for a forged file, it is damage
            raise UnsafeArchive(damaged(quote(path.name), error)) from error
        with archive:
            yield archive, _list(archive, path, limits)


def _left_of(limits: IntakeLimits, archive: zipfile.ZipFile) -> IntakeLimits:
    """Gives the bounds for what an archive inside this one may hold."""
    members = archive.infolist()
    inflated = sum(member.file_size for member in members)
    return replace(
        limits,
        max_entries=limits.max_entries - len(members),
        max_total_bytes=limits.max_total_bytes - inflated,
    )


class _CappedReads(io.BufferedReader):
    """Refuses the one large read of zipfile, that of the table of contents.

    Its size is read from the archive, in either of two places, and one record is built
    for each 46 bytes of it before anyone can count them.
    """

    def __init__(self, raw: io.RawIOBase | io.BytesIO, limits: IntakeLimits) -> None:
        super().__init__(raw)
        self._limits = limits
        self._cap = max(_LEAST_READ_BYTES, limits.max_entries * _CONTENTS_BYTES_PER_ENTRY)

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._cap + 1 if size is None or size < 0 else size
        content = super().read(min(wanted, self._cap + 1))
        if len(content) > self._cap:
            raise HandInTooLarge(
                f"The archive's table of contents is larger than {size_text(self._cap)}, more than "
                f"{self._limits.max_entries:,} files need. Leave data sets and installed packages "
                "out and make the zip again."
            )
        return content


def _list(archive: zipfile.ZipFile, path: Path, limits: IntakeLimits) -> Listing:
    members = archive.infolist()
    if len(members) > limits.max_entries:
        raise HandInTooLarge(
            f"The archive has {len(members):,} members; the limit is {limits.max_entries:,}. Leave "
            "data sets and installed packages out and make the zip again."
        )
    _check_overlap(archive, members)
    inflated = sum(member.file_size for member in members)
    if inflated > limits.max_total_bytes:
        raise HandInTooLarge(
            f"The archive holds {size_text(inflated)} when inflated; the limit is "
            f"{size_text(limits.max_total_bytes)}. Leave data sets and checkpoints out and make "
            "the zip again."
        )
    sources: dict[str, zipfile.ZipInfo] = {}
    others: dict[str, zipfile.ZipInfo] = {}
    ignored: set[str] = set()
    seen: dict[str, str] = {}
    for member in members:
        name = _name_of(member)
        parts = _vetted_parts(member, name, limits)
        is_folder = _vetted_is_folder(member, name, limits)
        litter = ignored_directory(parts if is_folder else parts[:-1])
        if litter:
            ignored.add(litter)
        if litter or not parts or is_ignored_file(parts[-1]):
            continue
        below = "/".join(parts)
        refuse_twins(seen, below)
        if is_source(below) and not is_folder:
            sources[nfc(below)] = member
        elif not is_folder:
            others[below] = member
    sizes = [(below, others[below].file_size) for below in listed(others)]
    return Listing(
        kind="zip",
        name=path.stem,
        sources=tuple(sorted(sources)),
        others=tuple(sorted(others)),
        ignored=tuple(sorted(ignored)),
        notes=(),
        read=functools.cache(
            lambda source: _inflate(
                archive, sources[source], source, limits.max_file_bytes, "Python file"
            )
        ),
        documents=look_into(sizes, lambda path: _pieces(archive, others[path], path), limits),
        read_other=lambda path, limit: _inflate(
            archive, others[path], path, limit, "file of this kind"
        ),
    )


def _name_of(member: zipfile.ZipInfo) -> str:
    """Undoes zipfile's guess: macOS writes UTF-8 names without saying so.

    PowerShell wrote that system's separators for years in place of the archive's own.
    """
    name = member.filename
    if not member.flag_bits & _UTF8_NAME and name == member.orig_filename:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/") if member.create_system == _MADE_ON_WINDOWS else name


def _vetted_parts(member: zipfile.ZipInfo, name: str, limits: IntakeLimits) -> list[str]:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    litter = is_ignored_file(name.rpartition("/")[2])  # macOS itself names a file "Icon\r"
    wrong = None
    if "\0" in member.orig_filename or (not litter and any(map(_is_control, name))):
        wrong = "holds a control character"
    elif "\\" in name:
        wrong = "holds a backslash, which is a folder separator on some machines only"
    elif name.startswith("/") or (name[:1].isalpha() and name[1:2] == ":"):
        wrong = "is an absolute path"
    elif ".." in parts:
        wrong = "climbs out of its folder with '..'"
    elif not parts and not name.endswith("/"):
        wrong = "names no file"
    if wrong:
        raise UnsafePath(
            f"The archive's member {quote(member.orig_filename)} {wrong}. Only plain paths below "
            "the hand-in are read. Make the zip again with your system's own compress command."
        )
    refuse_too_deep(name, limits)
    return parts


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def _vetted_is_folder(member: zipfile.ZipInfo, name: str, limits: IntakeLimits) -> bool:
    mode = stat.S_IFMT(member.external_attr >> 16)
    wrong = None
    if mode == stat.S_IFLNK:
        wrong = "is a link. Put the file itself in its place and make the zip again."
    elif mode not in (0, stat.S_IFREG, stat.S_IFDIR):
        wrong = "is a device, pipe or socket. Leave it out and make the zip again."
    elif member.flag_bits & _ENCRYPTED:
        wrong = "is encrypted. Make the zip again without a password."
    elif member.compress_type not in _METHODS:
        wrong = (
            f"is compressed by method {member.compress_type}; only 'stored' (0) and 'deflate' (8) "
            "are read. Make the zip again with your system's own compress command."
        )
    elif member.file_size > max(limits.ratio_from_bytes, limits.max_ratio * member.compress_size):
        wrong = (
            f"inflates {member.compress_size:,} bytes to {member.file_size:,}, more than "
            f"{limits.max_ratio}-fold, as a zip bomb does. Leave it out and make the zip again."
        )
    if wrong:
        raise UnsafeArchive(f"The archive's member {quote(name)} {wrong}")
    return name.endswith("/") or mode == stat.S_IFDIR


def _check_overlap(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuses members that share bytes (Fifield 2019, "A better zip bomb")."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise UnsafeArchive(
                f"The archive's member {quote(member.filename)} shares its bytes with another one, "
                "as in a zip bomb. Make the zip again with your system's own compress command."
            )
        end = member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size
    if end > archive.start_dir:
        raise UnsafeArchive(damaged("The archive", "a member runs into the table of contents"))


def _inflate(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, limit: int, what: str
) -> bytes:
    declared = member.file_size
    if declared > limit:
        raise HandInTooLarge(
            f"{quote(path)} is {size_text(declared)}; the limit for a {what} is "
            f"{size_text(limit)}. Keep data out of it and hand in again."
        )
    return b"".join(_pieces(archive, member, path))


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str) -> Iterator[bytes]:
    """Inflates a member piece by piece, and ends with a refusal where its length was a lie."""
    declared, size = member.file_size, 0
    # zipfile stops at the declared size and so would never notice a lie about it: let it
    # believe in more than the loop below takes, and see whether that comes.
    probe = copy.copy(member)
    probe.file_size = declared + 2 * _PIECE_BYTES
    try:
        with archive.open(probe) as stream:
            while size <= declared and (piece := stream.read(_PIECE_BYTES)):
                size += len(piece)
                yield piece
    except Exception as error:  # as above
        raise UnsafeArchive(damaged(quote(path), error)) from error
    if size != declared:
        than = "more" if size > declared else "less"
        raise UnsafeArchive(
            f"{quote(path)} holds {than} than the {declared:,} bytes that the archive declares, "
            "so the archive is damaged or forged. Make the zip again and hand that in."
        )
