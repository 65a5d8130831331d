"""Adds a data set to a folder: read whole, written beside its place, then moved into it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from grader.datasets.download import Opener, download, is_url
from grader.datasets.facts import FILE, Facts, FileFacts, PartFacts, file_name
from grader.datasets.faults import DataSetError
from grader.datasets.known import KNOWN, SYNTHETIC
from grader.datasets.model import DataSet
from grader.plain_text import clean_text, quote


def add(
    name: str,
    source: str,
    folder: Path,
    *,
    replace: bool = False,
    opener: Opener = urllib.request.urlopen,
) -> Facts:
    """Reads a data set as it is published, and keeps it as arrays.

    Nothing that another process could take for a data set is ever there in part. What a process
    that was killed has left is removed by the next one that adds the same.

    Args:
        name: one of `KNOWN`.
        source: a path, or a URL of http or https.
        folder: the data folder; it is made where it is missing.
        replace: replaces what is there under this name.
        opener: opens a URL.

    Raises:
        DataSetError: the source is not that data set, it is there already, or the folder cannot
            be written to.
    """
    if name == SYNTHETIC:
        raise DataSetError(
            f"The data set {name!r} is made when it is used; there is nothing to add."
        )
    if name not in KNOWN:
        raise DataSetError(
            f"There is no data set {quote(name)}. Those that can be added are: {', '.join(KNOWN)}."
        )
    try:
        _refuse_taken(folder / name, replace)
        with _partial_folder(folder, name) as partial:
            path = _fetched(source, partial, opener)
            dataset = KNOWN[name].read(path)
            if is_url(source):
                path.unlink()
            facts = _write(dataset, source, partial)
            _move(partial, folder / name)
        return facts
    except OSError as error:
        raise DataSetError(
            f"The data set {quote(name)} was not added: {quote(str(folder), 300)} could not be "
            f"written to ({error.strerror or error}). What was there before is unchanged. Make "
            "room, or name another folder with --data."
        ) from error


def _refuse_taken(place: Path, replace: bool) -> None:
    shown = quote(str(place), 300)
    if (place / FILE).exists():
        if not replace:
            raise DataSetError(
                f"The data set {quote(place.name)} is there already: {shown}. Use it as it is, or "
                "give --replace to put this one in its place."
            )
    elif place.exists():
        # Somebody's own files, perhaps: not even --replace removes those.
        raise DataSetError(
            f"{shown} is there already and is no data set that was added. Move it away, or name "
            "another folder with --data."
        )


def _fetched(source: str, partial: Path, opener: Opener) -> Path:
    if not is_url(source):
        return Path(source)
    path = partial / "download"
    download(source, path, opener=opener)
    return path


@contextmanager
def _partial_folder(folder: Path, name: str) -> Iterator[Path]:
    """Makes a hidden folder that is removed at the end, unless it was moved away.

    It is locked while it is in use, which tells it from what a killed process left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(f".{name}.*.part"):
        _remove_unless_locked(stale)
    partial = folder / f".{name}.{secrets.token_hex(4)}.part"
    partial.mkdir()
    descriptor = os.open(partial, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield partial
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        os.close(descriptor)


def _remove_unless_locked(stale: Path) -> None:
    try:
        descriptor = os.open(stale, os.O_RDONLY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(stale, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)


def _write(dataset: DataSet, source: str, partial: Path) -> Facts:
    parts = {}
    for part, split in dataset.parts():
        inputs = _write_array(split.inputs, partial / file_name(part, "inputs"))
        labels = _write_array(split.labels, partial / file_name(part, "labels"))
        parts[part] = PartFacts(len(split), inputs, labels)
    facts = Facts(
        dataset.name,
        dataset.title,
        dataset.classes,
        dataset.train.inputs.shape[1:],
        parts,
        dataset.notes,
        clean_text(source, 1_000),
    )
    with (partial / FILE).open("x", encoding="utf-8") as stream:
        stream.write(facts.to_json())
        stream.flush()
        os.fsync(stream.fileno())
    return facts


class _HashingFile:
    """Hashes what it passes on."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        self.size += len(content)
        return self._stream.write(content)


def _write_array(array: npt.NDArray[Any], path: Path) -> FileFacts:
    with path.open("xb") as stream:
        file = _HashingFile(stream)
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
        stream.flush()
        os.fsync(stream.fileno())
    return FileFacts(file.digest.hexdigest(), file.size)


def _move(partial: Path, place: Path) -> None:
    """Moves a finished folder into its place; what was there is moved aside and removed."""
    aside = partial.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    if place.exists():
        os.rename(place, aside)
    try:
        os.rename(partial, place)
    except OSError:
        if aside.exists():
            os.rename(aside, place)
        raise
    shutil.rmtree(aside, ignore_errors=True)
    descriptor = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the names too have to outlast a power cut
    finally:
        os.close(descriptor)
