"""Turns a folder into a listing of names; reads a Python file only when asked for it.

Follows no link and opens nothing but regular files, so neither a link out of the
hand-in nor a pipe that never ends is of any use to whoever put it there.
"""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import HandInError, HandInTooLarge, UnsafePath
from grader.handin.document import look_into
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
from grader.plain_text import quote, quote_some

_PIECE_BYTES = 2**20
# Without O_NOFOLLOW a link put in place after the listing would be followed; without
# O_NONBLOCK a pipe put in place would block. Windows has neither, but asks for O_BINARY.
_OPEN_FLAGS = os.O_RDONLY | sum(
    getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY")
)


@contextmanager
def open_folder(path: Path, limits: IntakeLimits) -> Iterator[Listing]:
    """Lists a folder; its files can be read while the context is open.

    Raises:
        UnsafePath: A link leads out of the folder, or two names differ in case only.
        HandInTooLarge: There are too many entries, or they lie too deep.
        HandInError: A folder inside cannot be listed.
    """
    scan = _Scan(path, limits)
    scan.run()
    yield Listing(
        kind="folder",
        name=Path(os.path.abspath(path)).name,
        sources=tuple(sorted(scan.sources)),
        others=tuple(sorted(scan.others)),
        ignored=tuple(sorted(scan.ignored)),
        notes=tuple(scan.notes()),
        read=functools.cache(scan.read),
        documents=look_into(scan.sizes(), scan.pieces, limits),
        read_other=scan.read_other,
        open_other=scan.open,
    )


class _Scan:
    """Walks one folder; `sources` maps the composed path to the path on disk."""

    def __init__(self, top: Path, limits: IntakeLimits) -> None:
        self._top = top
        self._real_top = os.path.realpath(top)
        self._limits = limits
        self._others_seen = 0
        self._bytes_read = 0
        self._seen: dict[str, str] = {}
        self._links: list[str] = []
        self._odd: list[str] = []
        self.sources: dict[str, str] = {}
        self.others: list[str] = []
        self.ignored: set[str] = set()

    def run(self) -> None:
        """Lists every folder below the top that may hold work."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            for entry in self._entries(folder):
                below = f"{folder}/{entry.name}" if folder else entry.name
                if self._add(entry, below):
                    waiting.append(below)

    def notes(self) -> Iterator[str]:
        """Says what was left aside."""
        if self._links:
            yield (
                f"Links were not followed: {quote_some(sorted(self._links), 5)}. If one of them "
                "stands for your work, put the file itself in its place."
            )
        if self._odd:
            yield (
                f"Not opened, because they are no regular files: {quote_some(sorted(self._odd), 5)}"
                ". Pipes, sockets and devices are not part of a hand-in."
            )

    def read(self, source: str) -> bytes:
        """Gives the bytes of one of `sources`.

        Raises:
            HandInTooLarge: The file, or all files together, are over a limit.
            UnsafePath: It is no longer a regular file.
            HandInError: It cannot be opened.
        """
        content = self._read(self.sources[source], self._limits.max_file_bytes, "Python file")
        self._bytes_read += len(content)
        if self._bytes_read > self._limits.max_total_bytes:
            raise HandInTooLarge(
                f"The Python files of the hand-in hold more than "
                f"{size_text(self._limits.max_total_bytes)} together, which is the limit. Hand in "
                "your own modules only."
            )
        return content

    def read_other(self, path: str, limit: int) -> bytes:
        """Gives the bytes of one of `others`; raises as `read` does."""
        return self._read(path, limit, "file of this kind")

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Gives the first of `others` with their lengths."""
        for path in listed(self.others):
            with suppress(OSError):  # gone meanwhile
                yield path, os.lstat(self._top / path).st_size

    def pieces(self, path: str) -> Iterator[bytes]:
        """Gives the bytes of one of `others`, one piece after the other.

        Raises:
            UnsafePath: It is no longer a regular file.
            HandInError: It cannot be read.
        """
        try:
            with os.fdopen(self.open(path), "rb", buffering=0) as stream:
                while piece := stream.read(_PIECE_BYTES):
                    yield piece
        except OSError as error:
            raise _unreadable(path, error) from error

    def open(self, path: str) -> int:
        """Opens a regular file and returns its descriptor; raises as `pieces` does."""
        try:
            handle = os.open(self._top / path, _OPEN_FLAGS)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise UnsafePath(
                f"{quote(path)} was a regular file when the hand-in was listed and is "
                "not one now. Leave the folder alone while it is graded, then try again."
            )
        return handle

    def _read(self, path: str, limit: int, what: str) -> bytes:
        try:
            with os.fdopen(self.open(path), "rb") as stream:
                content = stream.read(limit + 1)
        except OSError as error:
            raise _unreadable(path, error) from error
        if len(content) > limit:
            raise HandInTooLarge(
                f"{quote(path)} is larger than {size_text(limit)}, the "
                f"limit for a {what}. Keep data out of it and hand in again."
            )
        return content

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._top / folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise HandInError(
                f"The folder {quote(folder or '.')} of the hand-in cannot be listed: "
                f"{error.strerror}. Make it readable, or hand in a fresh copy."
            ) from error

    def _add(self, entry: os.DirEntry[str], below: str) -> bool:
        """Files one entry where it belongs; tells whether to look into it."""
        is_link = entry.is_symlink()
        is_folder = entry.is_dir(follow_symlinks=False)
        if (is_link or is_folder) and ignored_directory([entry.name]):
            self.ignored.add(entry.name)
            return False
        if is_ignored_file(entry.name):
            return False
        self._check_bounds(below, counts_as_source=is_source(entry.name) and not is_folder)
        if is_link:
            self._check_link(below)
            self._links.append(below)
        elif is_folder:
            return True
        elif not entry.is_file(follow_symlinks=False):
            self._odd.append(below)
        elif is_source(entry.name):
            refuse_twins(self._seen, below)
            self.sources[nfc(below)] = below
        else:
            self.others.append(below)
        return False

    def _check_bounds(self, below: str, *, counts_as_source: bool) -> None:
        limits = self._limits
        if counts_as_source and len(self.sources) >= limits.max_entries:
            raise HandInTooLarge(
                f"The folder holds more than {limits.max_entries:,} Python files, which is the "
                "limit. Hand in your own modules only, without installed packages."
            )
        self._others_seen += not counts_as_source
        if self._others_seen > limits.max_other_entries:
            raise HandInTooLarge(
                f"The folder holds more than {limits.max_other_entries:,} entries besides Python "
                "files, which is the limit. Move data sets and outputs elsewhere and try again."
            )
        refuse_too_deep(below, limits)

    def _check_link(self, below: str) -> None:
        target = os.path.realpath(self._top / below)
        if os.path.commonpath([self._real_top, target]) != self._real_top:
            raise UnsafePath(
                f"{quote(below)} is a link that points outside the hand-in, to {quote(target)}. A "
                "hand-in has to be complete in itself. Put the file in place of the link, or "
                "remove the link."
            )


def _unreadable(path: str, error: OSError) -> HandInError:
    return HandInError(
        f"{quote(path)} cannot be read: {error.strerror}. Make the file readable, or hand in a "
        "fresh copy."
    )
