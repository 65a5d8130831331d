"""Reports on disk: written whole or not at all, and read back with the schema as the judge."""

from __future__ import annotations

import errno
import json
import math
import os
import secrets
import stat
import sys
from collections import Counter
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from grader.errors import GraderError, UsageError
from grader.plain_text import clean_text, quote
from grader.records import Outcome, Trust, Visibility
from grader.report.model import (
    SCHEMA_VERSION,
    Report,
    ReportedCheck,
    ReportedCriterion,
    ReportedHandIn,
    ReportedScore,
)

DESCRIPTORS = "/proc/"


def report_schema() -> dict[str, Any]:
    """Read the JSON Schema that every report satisfies."""
    text = files("grader.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def write_report(report: Report, path: Path) -> None:
    """Write a report so that the file is the old one or the new one, never a part of it.

    Raises:
        UsageError: the folder is missing, or may not be written to.
        GraderError: the disk is full or failed.
    """
    write_text(report.to_json(), path)


def is_stream(path: Path) -> bool:
    """Tell whether a path stands for no file but for a device or a pipe, such as /dev/stdout.

    A file cannot take the place of one: that would take it away from whoever else uses it.
    """
    try:
        mode = path.stat().st_mode
    except OSError:  # not there yet, or told when it is written
        return False
    if not stat.S_ISREG(mode):
        return not stat.S_ISDIR(mode)
    # A descriptor's name leads to the file that a shell has opened for it: not ours to replace.
    while not os.path.realpath(path.parent).startswith(DESCRIPTORS):
        if not path.is_symlink():
            return False
        path = path.parent / path.readlink()
    return True


def write_text(text: str, path: Path) -> None:
    """Write a text file whole: next to its place first, then moved into it.

    A device or a pipe gets the text as it stands.

    Raises:
        UsageError: the folder is missing, or may not be written to.
        GraderError: the disk is full or failed.
    """
    if is_stream(path):
        _write_stream(text, path)
        return
    # A short name of its own: one made from `path`'s could be too long for the file system.
    partial = path.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        try:
            if not _write_unnamed(text, partial):
                _fill(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), text)
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(path, error) from error


def _write_stream(text: str, path: Path) -> None:
    try:
        # Behind what was said before, where stdout is a file.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except BrokenPipeError:
        raise  # the reader has seen enough, as of stdout
    except OSError as error:
        raise _not_written(path, error) from error


def _write_unnamed(text: str, name: Path) -> bool:
    """Write a file that has no name until it is whole, so that a kill leaves nothing of it.

    Returns:
        Whether the system has such files, and so whether `name` is there now.
    """
    if sys.platform != "linux":
        return False
    try:
        descriptor = os.open(name.parent, os.O_WRONLY | os.O_TMPFILE, 0o666)
    except OSError:  # a file with a name will do, or say what is wrong
        return False
    kept = os.dup(descriptor)
    try:
        _fill(descriptor, text)
        # With a `src_dir_fd`, which an absolute path does not need, Python follows the link.
        os.link(f"/proc/self/fd/{kept}", name, src_dir_fd=kept)
    except FileNotFoundError:  # there is no /proc
        return False
    finally:
        os.close(kept)
    return True


def _fill(descriptor: int, text: str) -> None:
    """Write a text to the disk through a descriptor, and close that."""
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _not_written(path: Path, error: OSError) -> GraderError:
    name, folder = quote(str(path)), quote(str(path.parent))
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return UsageError(
            f"{name} was not written: there is no folder {folder}. "
            "Make the folder, or name another file."
        )
    if isinstance(error, IsADirectoryError):
        return UsageError(f"{name} was not written: it is a folder. Name a file inside it.")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return UsageError(
            f"{name} was not written: {folder} may not be written to. "
            "Change its permissions, or name another file."
        )
    return GraderError(
        f"{name} was not written: {error.strerror or error}. What was there before is unchanged. "
        "Make room or name another place, then run the command again."
    )


def read_report(path: Path) -> Report:
    """Read a report back, and refuse what is none.

    Raises:
        UsageError: the file is missing, is no report, or is one of another version.
    """
    return report_of(read_report_json(path))


def read_report_json(path: Path) -> dict[str, Any]:
    """Read a report as it stands in its file, which is what a signature is checked on.

    Raises:
        UsageError: the file is missing, is no report, or is one of another version.
    """
    name = quote(str(path))
    try:
        data = json.loads(
            path.read_text(encoding="utf-8"),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_without_doubles,
        )
    except OSError as error:
        raise UsageError(
            f"The report {name} cannot be read: {error.strerror}. Check the path."
        ) from error
    except RecursionError as error:
        raise UsageError(
            f"{name} is not a report: it nests too deeply. Give a file that `grader` wrote."
        ) from error
    except ValueError as error:  # not UTF-8, or not JSON
        raise UsageError(
            f"{name} is not a report: it is not JSON ({clean_text(str(error), 200)}). "
            "Give a file that `grader` wrote."
        ) from error
    version = data.get("schema_version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(
            f"The report {name} has schema_version {version}; this grader reads versions up to "
            f"{SCHEMA_VERSION}. Install a newer grader to read it."
        )
    if type(version) is int and version < SCHEMA_VERSION:
        raise UsageError(
            f"The report {name} has schema_version {version}, of an older grader; this one reads "
            f"version {SCHEMA_VERSION}. Grade the hand-in again to get a report that it reads."
        )
    _validate(data, name)
    found: dict[str, Any] = data
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large for a number")
    return number


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice: of two scores, another program might read the other one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(key for key, _ in pairs)
        double = next(key for key, count in counted.items() if count > 1)
        raise ValueError(f"the key {quote(double)} stands twice in one object")
    return found


def _validate(data: Any, name: str) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    problem = best_match(Draft202012Validator(report_schema()).iter_errors(data))
    if problem is not None:
        place = clean_text(problem.json_path, 200)
        raise UsageError(
            f"{name} is not a report: at {place}, {clean_text(problem.message, 300)}. "
            "Give a file that `grader` wrote, unchanged."
        )


def report_of(data: dict[str, Any]) -> Report:
    """Make the record of a report's JSON, as `read_report_json` gives it."""
    handin, score, trust = data["handin"], data["score"], data["trust"]
    return Report(
        **{
            **data,
            "handin": ReportedHandIn(**{**handin, "notes": tuple(handin["notes"])}),
            "score": ReportedScore(**_amounts(score)),
            "criteria": tuple(_criterion(one) for one in data["criteria"]),
            "trust": Trust(
                trust["tier"],
                trust["isolated"],
                *(tuple(trust[key]) for key in ("held", "missing", "refused", "allowed")),
            ),
        }
    )


def _criterion(data: dict[str, Any]) -> ReportedCriterion:
    return ReportedCriterion(
        **{
            **_amounts(data),
            "outcome": Outcome(data["outcome"]),
            "visibility": Visibility(data["visibility"]),
            "checks": tuple(_check(one) for one in data["checks"]),
        }
    )


def _check(data: dict[str, Any]) -> ReportedCheck:
    return ReportedCheck(
        **{
            **data,
            "outcome": Outcome(data["outcome"]),
            "visibility": Visibility(data["visibility"]),
            "advice": tuple(data["advice"]),
        }
    )


def _amounts(data: dict[str, Any]) -> dict[str, Any]:
    amounts = ("points", "awarded", "possible", "maximum", "lower", "upper")
    return {
        key: Decimal(str(value)) if key in amounts and value is not None else value
        for key, value in data.items()
    }
