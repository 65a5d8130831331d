"""Writes what is released: a folder and a zip of it, each whole or not at all."""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from grader.errors import GraderError, UsageError
from grader.plain_text import clean_text, quote

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the least that a zip can say: the same files, the same bytes


def zip_bytes(
    files: Mapping[str, bytes], folder: str = "", executable: Collection[str] = ()
) -> bytes:
    """Makes a zip of files; the same files make the same bytes.

    Args:
        files: by path.
        folder: that all of them lie in.
        executable: paths of those that may be run.
    """
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for path, content in files.items():
            member = ZipInfo(f"{folder}/{path}" if folder else path, _DATE)
            member.compress_type = ZIP_DEFLATED
            member.external_attr = (0o100755 if path in executable else 0o100644) << 16
            archive.writestr(member, content)
    return stream.getvalue()


def write_folder(files: Mapping[str, bytes], folder: Path) -> None:
    """Writes a folder that is not there yet: filled under another name first, then renamed.

    Raises:
        UsageError: it is there already, or its place may not be written to.
        GraderError: the disk is full or failed.
    """
    if folder.exists():
        raise UsageError(
            f"{quote(str(folder))} is there already, and may hold somebody's work. Remove it, or "
            "give --out another folder."
        )
    partial = folder.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            place = partial / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        os.replace(partial, folder)
    except OSError as error:
        raise not_written(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_file(content: bytes, path: Path) -> None:
    """Writes a file so that it is the old one or the new one, never a part of it.

    Raises:
        UsageError: its place may not be written to.
        GraderError: the disk is full or failed.
    """
    partial = path.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        os.replace(partial, path)
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def not_written(path: Path, error: OSError) -> GraderError:
    """Says why something was not written."""
    why = clean_text(error.strerror or str(error), 200)
    if isinstance(error, PermissionError | FileExistsError | NotADirectoryError):
        return UsageError(
            f"{quote(str(path))} was not written: {why}. Name another place with --out."
        )
    return GraderError(
        f"{quote(str(path))} was not written: {why}. Nothing was left behind. Make room or name "
        "another place, then run the command again."
    )
