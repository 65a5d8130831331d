"""Recordings on disk: one `.npz` archive, of arrays alone."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from grader.errors import UsageError
from grader.plain_text import clean_text, quote
from grader.recording.model import Loan, Recording
from grader.recording.packing import Array, pack, unpack

FORMAT: Final = 1
_INDEX: Final = "index"


def write_recording(recording: Recording) -> bytes:
    """Makes the bytes of a recording's file; the same recording makes the same bytes."""
    arrays: list[Array] = []
    numbers: dict[tuple[str, tuple[int, ...], bytes], int] = {}

    def keep(array: Array) -> int:
        # Many answers hold the same arrays, such as weights that a network was given.
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in numbers:
            numbers[key] = len(arrays)
            arrays.append(array)
        return numbers[key]

    index = {
        "format": FORMAT,
        "assignment": recording.assignment,
        "grader": recording.grader,
        "answers": {
            digest: pack(list(entries), keep) for digest, entries in recording.answers.items()
        },
        "loans": [
            [loan.function, *(pack(part, keep) for part in _parts(loan))]
            for loan in recording.loans
        ],
        "mistakes": dict(recording.mistakes),
    }
    text = json.dumps(index, separators=(",", ":"), sort_keys=True).encode()
    members = {_INDEX: np.frombuffer(text, np.uint8)}
    members |= {f"a{number}": array for number, array in enumerate(arrays)}
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **members)
    return stream.getvalue()


def _parts(loan: Loan) -> tuple[Any, ...]:
    return list(loan.args), dict(loan.kwargs), loan.status, loan.payload


def read_recording(path: Path) -> Recording:
    """Reads a recording.

    Raises:
        UsageError: the file is missing, is none, or is of another version of the format.
    """
    try:
        # Opened here: where it is no archive, NumPy leaves the file open that it has opened.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            members = {name: archive[name] for name in archive.files}
        index = json.loads(members[_INDEX].tobytes())
        if index["format"] != FORMAT:
            raise UsageError(
                f"The recorded answers in {quote(str(path))} have format "
                f"{clean_text(str(index['format']), 40)}, and this grader reads format {FORMAT}. "
                "Download the assignment and its grader again."
            )
        return _recording(index, members)
    except (OSError, BadZipFile, EOFError, ValueError, LookupError, TypeError) as error:
        raise UsageError(
            f"The recorded answers in {quote(str(path))} cannot be read "
            f"({clean_text(str(error), 200)}). Download the assignment again."
        ) from error


def _recording(index: Mapping[str, Any], members: Mapping[str, Array]) -> Recording:
    def array(number: int) -> Array:
        found = members[f"a{number}"]
        found.flags.writeable = False
        return found

    answers = {digest: unpack(packed, array) for digest, packed in index["answers"].items()}
    loans = tuple(
        Loan(function, *(unpack(part, array) for part in parts))
        for function, *parts in index["loans"]
    )
    mistakes = dict(index.get("mistakes", {}))
    return Recording(str(index["assignment"]), str(index["grader"]), answers, loans, mistakes)
