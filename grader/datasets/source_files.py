"""Gives the files of a folder, a zip or a .tar.gz one by one, in memory; writes nothing.

What an archive says of itself is not believed: names that lead elsewhere, links, devices and
sizes out of bounds are refused.
"""

from __future__ import annotations

import gzip
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.datasets.faults import DataSetError
from grader.plain_text import clean_text, quote

MAX_FILE_BYTES = 256 * 2**20  # the largest that a data set has is 47 MB
MAX_TOTAL_BYTES = 16 * 2**30
MAX_ENTRIES = 2_000_000
MAX_DEPTH = 5  # `parent/CINIC-10/train/airplane/1.png`

Parts = tuple[str, ...]
Wanted = Callable[[Parts], bool]

_DAMAGE = (EOFError, OSError, RuntimeError, ValueError, tarfile.TarError, zipfile.BadZipFile)


def files_in(source: Path, wanted: Wanted) -> Iterator[tuple[Parts, bytes]]:
    """Reads the files that are wanted, in no promised order.

    Hidden files and those that macOS adds to archives are passed over.

    Args:
        source: a folder, an archive, or a single file, which is given whatever it is called.
        wanted: is asked with the parts of a file's path below the source.

    Yields:
        The parts of a path, and the content.

    Raises:
        DataSetError: there is nothing there, or it is damaged, dishonest or too large.
    """
    try:
        if source.is_dir():
            yield from _in_folder(source, wanted)
            return
        with source.open("rb") as stream:
            head = stream.read(4)
        size = source.stat().st_size
    except OSError as error:
        place = quote(str(error.filename or source), 300)
        raise DataSetError(
            f"{place} cannot be read: {error.strerror or error}. "
            "Give the path of the folder or archive that was downloaded."
        ) from error
    if head.startswith(b"PK"):
        yield from _guarded(source, _in_zip(source, wanted))
    elif head.startswith(b"\x1f\x8b"):
        yield from _guarded(source, _in_tar(source, wanted))
    else:
        _refuse_large(source.name, size)
        yield (source.name,), source.read_bytes()


def _guarded(source: Path, files: Iterator[tuple[Parts, bytes]]) -> Iterator[tuple[Parts, bytes]]:
    while True:
        # Only what the archive's reader raises: a fault of the one who asks is not damage.
        try:
            found = next(files)
        except StopIteration:
            return
        except (*_DAMAGE, zlib.error) as error:
            detail = clean_text(str(error), 200) or type(error).__name__
            raise DataSetError(
                f"{quote(source.name)} is damaged ({detail}), perhaps by a download that was cut "
                "short. Download it again."
            ) from error
        yield found


def _in_folder(folder: Path, wanted: Wanted) -> Iterator[tuple[Parts, bytes]]:
    for place, folders, names in os.walk(folder, followlinks=True):
        above = Path(place).relative_to(folder).parts
        folders[:] = sorted(folders) if len(above) + 1 < MAX_DEPTH else []
        for name in sorted(names):
            parts = (*above, name)
            if not _is_hidden(parts) and wanted(parts):
                path = Path(place, name)
                _refuse_large("/".join(parts), path.stat().st_size)
                yield parts, path.read_bytes()


def _in_zip(path: Path, wanted: Wanted) -> Iterator[tuple[Parts, bytes]]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _refuse_many(path, len(members), sum(member.file_size for member in members))
        for member in members:
            kind = stat.S_IFMT(member.external_attr >> 16)
            plain = kind in (0, stat.S_IFREG, stat.S_IFDIR)
            parts = _vetted(member.orig_filename, plain)
            if not member.is_dir() and not _is_hidden(parts) and wanted(parts):
                _refuse_large(member.filename, member.file_size)
                yield parts, archive.read(member)


def _in_tar(path: Path, wanted: Wanted) -> Iterator[tuple[Parts, bytes]]:
    # tarfile's own reading of gzip compares no checksum.
    with gzip.open(path) as inflated, tarfile.open(fileobj=inflated, mode="r|") as archive:
        count = total = 0
        while (member := archive.next()) is not None:
            count, total = count + 1, total + member.size
            _refuse_many(path, count, total)
            parts = _vetted(member.name, member.isreg() or member.isdir())
            if member.isreg() and not _is_hidden(parts) and wanted(parts):
                _refuse_large(member.name, member.size)
                stream = archive.extractfile(member)
                yield parts, stream.read() if stream else b""
            archive.members = []  # type: ignore[attr-defined]  # keeps every header otherwise
        while piece := inflated.read(2**20):  # the checksum stands at the end
            total += len(piece)
            _refuse_many(path, count, total)


def _is_hidden(parts: Parts) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _vetted(name: str, plain: bool) -> Parts:
    """Takes a member's name apart."""
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    wrong = None
    if not plain:
        wrong = "is a link or a device"
    elif name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or ":" in name[:2]:
        wrong = "leads out of its folder"
    if wrong:
        raise DataSetError(
            f"The archive's member {quote(name)} {wrong}. No published data set has such a member, "
            "so nothing was read. Download the archive from its publisher."
        )
    return parts


def _refuse_large(name: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        raise DataSetError(
            f"{quote(name)} has {size:,} bytes; no file of a data set that is known here has more "
            f"than {MAX_FILE_BYTES:,}. Give the files as they were published."
        )


def _refuse_many(path: Path, count: int, total: int) -> None:
    if count > MAX_ENTRIES or total > MAX_TOTAL_BYTES:
        raise DataSetError(
            f"{quote(path.name)} holds {count:,} files of together {total:,} bytes or more; the "
            f"limits are {MAX_ENTRIES:,} and {MAX_TOTAL_BYTES:,}. Give the archive as it was "
            "published."
        )
