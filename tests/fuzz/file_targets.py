"""Targets that are files: archives, rubrics, reports, sources, and the texts in them.

Each lets through only what the boundary documents, and asserts what it promises; see `targets`.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, Final

from grader.checks import CHECK_KINDS
from grader.errors import HandInError, RubricError, UnsafeArchive, UsageError
from grader.handin import ArchiveReader, read_handin
from grader.handin.archive import open_archive
from grader.handin.model import IntakeLimits, Listing, display_id
from grader.handin.packed import read_packed, unpack
from grader.plain_text import clean_text, quote_some
from grader.report.storage import read_report
from grader.rubric import load_rubric
from grader.rubric.source import read_source
from grader.worker.inside import values
from grader.worker.inside.sources import compile_package
from tests.fuzz import archives, course, edits, hostile_values, judging, programs
from tests.fuzz.promises import assert_plain, temporary_file
from tests.fuzz.supply import Supply

PROJECT: Final = Path(__file__).resolve().parents[2]
REAL_RUBRIC: Final = PROJECT / "rubrics" / "umass_ece697ls_a1" / "rubric.yaml"


def archive_bytes(data: bytes) -> None:
    """A zip file of any bytes."""
    _read_archive(data)


def archive(data: bytes) -> None:
    """A zip file that is put together member by member."""
    _read_archive(archives.archive(Supply(data)))


def packed(data: bytes) -> None:
    """What the process that reads archives says of one, should somebody have taken it over."""
    told = hostile_values.altered(_honestly_packed(), Supply(data)) if data else _honestly_packed()
    _read_archive(archives.archive(Supply(b"")), partial(_believed, told))


@cache
def _honestly_packed() -> dict[str, Any]:
    with temporary_file(archives.archive(Supply(b"")), ".zip") as path:
        return read_packed(os.open(path, os.O_RDONLY), "a.zip", asdict(IntakeLimits()))


@contextmanager
def _believed(told: Any, raw: io.FileIO, _path: Path, _limits: IntakeLimits) -> Iterator[Listing]:
    """Unpacks as `grader.intake` does, which takes these exceptions for damage."""
    with raw:
        try:
            body, _ = values.encode(told)
            listing = unpack(values.decode(body), "a")
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise UnsafeArchive("It makes no sense.") from error
        yield listing


def _read_archive(content: bytes, read_archive: ArchiveReader = open_archive) -> None:
    with temporary_file(content, ".zip") as path:
        try:
            handin = read_handin(
                path,
                roots=[archives.ROOT],
                expects=archives.EXPECTED,
                read_archive=read_archive,
            )
        except HandInError as error:
            assert_plain(str(error))
            return
    for name, source in handin.files.items():
        parts = PurePosixPath(name).parts
        assert ".." not in parts, name
        assert not name.startswith("/"), name
        assert len(source) <= 2 * 2**20
    for said in (handin.id, handin.root, *handin.others, *handin.notes):
        assert_plain(said)


def begin_archives() -> list[bytes]:
    return [archives.archive(Supply(bytes([count, *range(7)] * 8))) for count in range(5)]


def rubric_bytes(data: bytes) -> None:
    """A rubric of any bytes."""
    _load(data)


def rubric(data: bytes) -> None:
    """A rubric that is right but for some edits: of its lines, of its values, of the real one's."""
    supply = Supply(data)
    way = supply.below(3)
    if way == 0:
        _load(edits.edited_text(course.RUBRIC, supply))
    elif way == 1:
        _load(edits.edited_json(json.loads(_rubric_as_json()), supply))
    else:
        _load(edits.edited_text(_part_of_the_real_rubric(supply), supply))


@cache
def _rubric_as_json() -> str:
    with temporary_file(course.RUBRIC.encode(), ".yaml") as path:
        return json.dumps(read_source(path).data)


def _part_of_the_real_rubric(supply: Supply) -> str:
    head, *criteria = REAL_RUBRIC.read_text(encoding="utf-8").split("\n  - id:")
    return "\n  - id:".join([head, *(supply.choice(criteria) for _ in range(2))])


def _load(content: bytes) -> None:
    with temporary_file(content, ".yaml") as path:
        try:
            loaded = load_rubric(path, CHECK_KINDS)
        except RubricError:
            return
    assert loaded.possible >= 0


def begin_rubrics() -> list[bytes]:
    samples = (PROJECT / "tests" / "rubrics").glob("*/*.yaml")
    return [course.RUBRIC.encode(), *(path.read_bytes() for path in sorted(samples))]


def report_bytes(data: bytes) -> None:
    """A report of any bytes."""
    _read_report(data)


def report(data: bytes) -> None:
    """A real report with other values in some places."""
    _read_report(edits.edited_json(json.loads(_real_report()), Supply(data)))


def _read_report(content: bytes) -> None:
    with temporary_file(content, ".json") as path:
        try:
            read = read_report(path)
        except UsageError as error:
            assert_plain(str(error))
            return
    json.loads(read.to_json())


@cache
def _real_report() -> str:
    original, _ = judging.examine(list(judging.plan().checks), Supply(judging.HONEST))
    return original.to_json()


def begin_reports() -> list[bytes]:
    return [_real_report().encode(), b"{}", b"[1e400]", b'{"schema_version": 99}']


def source(data: bytes) -> None:
    """A Python file of any bytes."""
    _compile(data)


def program(data: bytes) -> None:
    """A Python file of many times the same pieces."""
    _compile(programs.program(Supply(data)))


def _compile(content: bytes) -> None:
    package = compile_package({"layers.py": content, "a/é.py": content[::2]}, {"layers.py": b""})
    for module in package.modules.values():
        assert len(module.statements) == len(module.kinds) == len(module.lines)
        assert module.error is None or module.error.message
        # What a host tells the grader about a file has to cross the wire.
        values.encode([list(module.imports), dict(module.definitions)])


def begin_sources() -> list[bytes]:
    files = sorted((PROJECT / "tests" / "handins" / "base").rglob("*.py"))
    wholes = [path.read_bytes()[:2000] for path in files[:6]]
    return [*wholes, b"# coding: utf-7\nx = 1", b"\xef\xbb\xbfx = '\xff'", b"if x:\n\ty\n        z"]


def text(data: bytes) -> None:
    """A text of a student; what is shown of it is plain and no longer than was asked."""
    supply = Supply(data)
    limit = supply.below(300)
    encoding = supply.choice(("utf-8", "utf-16-le", "utf-32-le"))
    how = "surrogatepass" if encoding != "utf-8" else "surrogateescape"
    given = _decoded(supply.rest(), encoding, how)
    assert_plain(clean_text(given, limit))
    assert_plain(clean_text(given, limit, keep_lines=True).replace("\n", "").replace("\t", ""))
    assert_plain(quote_some(given.split("/"), limit))
    assert_plain(display_id(given))
    assert display_id(given)
    assert len(display_id(given)) <= 100
    assert len(clean_text(given, limit)) <= 10 * limit + len("… (+ characters)") + len(
        str(len(given))
    )


def _decoded(data: bytes, encoding: str, how: str) -> str:
    try:
        return data.decode(encoding, how)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def begin_texts() -> list[bytes]:
    shown = ("plain", "\x1b[32m100%\u202e", "a\nb\t\0", "\u2800\ufe0f\U000e0100", "/a/b/c", " . ")
    return [b"\x28\x00\x00" + each.encode() for each in shown] + [b"\x28\x00\x02\x00\xd8\x00\x00"]
