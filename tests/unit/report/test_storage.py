"""Reports are written whole or not at all, and what is no report is refused in words."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.errors import GraderError, UsageError
from grader.plain_text import quote
from grader.records import Outcome
from grader.report import Report, read_report, write_report

Make = Callable[..., Any]


@pytest.fixture
def made(make: Make, report: Make) -> Report:
    found: Report = report(
        make("a", "2.5", Outcome.PARTIAL, "No.", evidence={"worst": 0.5}, advice=("Mind.",)),
        make("b", "3", Outcome.NOT_RUN_HERE),
        notes=("Ignored 'build'.",),
    )
    return found


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path, made: Report) -> None:
    write_report(made, tmp_path / "alice.json")
    assert (tmp_path / "alice.json").read_text() == made.to_json()
    assert read_report(tmp_path / "alice.json") == made
    assert read_report(tmp_path / "alice.json").to_json() == made.to_json()


def test_writing_replaces_what_was_there_and_leaves_nothing_else(
    tmp_path: Path, made: Report
) -> None:
    (tmp_path / "alice.json").write_text("old")
    write_report(made, tmp_path / "alice.json")
    assert [path.name for path in tmp_path.iterdir()] == ["alice.json"]


def test_a_missing_folder_is_named(tmp_path: Path, made: Report) -> None:
    with pytest.raises(UsageError) as caught:
        write_report(made, tmp_path / "none" / "alice.json")
    assert str(caught.value) == (
        f"'{tmp_path}/none/alice.json' was not written: there is no folder '{tmp_path}/none'. "
        "Make the folder, or name another file."
    )


def test_a_folder_in_the_reports_place_is_named(tmp_path: Path, made: Report) -> None:
    (tmp_path / "alice.json").mkdir()
    with pytest.raises(UsageError, match=r"was not written: it is a folder\. Name a file inside"):
        write_report(made, tmp_path / "alice.json")
    assert [path.name for path in tmp_path.iterdir()] == ["alice.json"]


def failing(number: int) -> Callable[..., Any]:
    def fail(*arguments: object, **more: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS])
def test_an_unwritable_folder_is_named(
    tmp_path: Path, made: Report, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "open", failing(number))
    with pytest.raises(UsageError, match=r"may not be written to\. Change its permissions, or"):
        write_report(made, tmp_path / "alice.json")


def test_a_full_disk_leaves_the_old_report_and_no_half_of_the_new(
    tmp_path: Path, made: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "alice.json").write_text("old")
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(GraderError) as caught:
        write_report(made, tmp_path / "alice.json")
    assert not isinstance(caught.value, UsageError)
    assert str(caught.value) == (
        f"'{tmp_path}/alice.json' was not written: No space left on device. What was there before "
        "is unchanged. Make room or name another place, then run the command again."
    )
    assert (tmp_path / "alice.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["alice.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
def test_a_report_has_no_name_before_it_is_whole(
    tmp_path: Path, made: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, seen = os.fsync, []

    def look(descriptor: int) -> None:
        seen.append(list(tmp_path.iterdir()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    write_report(made, tmp_path / "alice.json")
    assert seen == [[]]
    assert read_report(tmp_path / "alice.json") == made


def no_unnamed_files(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: Any, flags: int, *more: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
        return opened(path, flags, *more)

    monkeypatch.setattr(os, "open", refuse)


def no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.ENOENT))


def no_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")


@pytest.mark.parametrize("lack", [no_unnamed_files, no_proc, no_linux])
def test_where_files_have_to_have_a_name_a_report_is_written_all_the_same(
    tmp_path: Path, made: Report, monkeypatch: pytest.MonkeyPatch, lack: Callable[..., None]
) -> None:
    (tmp_path / "alice.json").write_text("old")
    with monkeypatch.context() as lacking:
        lack(lacking)
        write_report(made, tmp_path / "alice.json")
    assert read_report(tmp_path / "alice.json") == made
    assert [path.name for path in tmp_path.iterdir()] == ["alice.json"]


def test_a_report_may_be_read_by_whom_the_mask_lets(tmp_path: Path, made: Report) -> None:
    before = os.umask(0o027)
    try:
        write_report(made, tmp_path / "alice.json")
    finally:
        os.umask(before)
    assert (tmp_path / "alice.json").stat().st_mode & 0o777 == 0o640


def test_a_pipe_gets_the_report_and_stays_a_pipe(tmp_path: Path, made: Report) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_report(made, pipe)
        assert os.read(reader, 2**20) == made.to_json().encode()
    finally:
        os.close(reader)
    assert [each.name for each in tmp_path.iterdir()] == ["pipe"]
    assert pipe.is_fifo()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc/self/fd")
def test_a_descriptors_file_gets_the_report_behind_what_is_there(
    tmp_path: Path, made: Report
) -> None:
    said = tmp_path / "said.txt"
    said.write_text("before\n")
    (tmp_path / "stdout").symlink_to("fd")
    descriptor = os.open(said, os.O_WRONLY | os.O_APPEND)
    (tmp_path / "fd").symlink_to(f"/proc/self/fd/{descriptor}")
    try:
        write_report(made, tmp_path / "stdout")
    finally:
        os.close(descriptor)
    assert said.read_text() == "before\n" + made.to_json()
    assert (tmp_path / "stdout").is_symlink()


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full")
def test_a_device_that_takes_nothing_is_named(made: Report) -> None:
    with pytest.raises(GraderError, match=r"^'/dev/full' was not written: No space left"):
        write_report(made, Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, made: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_report(made, tmp_path / "alice.json")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_report_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"The report '.*none\.json' cannot be read: No such file"):
        read_report(tmp_path / "none.json")


@pytest.mark.parametrize(
    "content", [b"PASSED", b"\xff\xfe", b'{"wall_s": NaN}'], ids=["text", "bytes", "nan"]
)
def test_a_file_that_is_not_json_is_no_report(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alice.json").write_bytes(content)
    with pytest.raises(UsageError, match=r"alice\.json' is not a report: it is not JSON \("):
        read_report(tmp_path / "alice.json")


@pytest.mark.parametrize("key", ["awarded", "\x1b[2J"])
def test_a_key_that_stands_twice_is_refused_by_name(tmp_path: Path, key: str) -> None:
    written = json.dumps(key)
    (tmp_path / "alice.json").write_text(f'{{"a": [{{{written}: 1, "b": 2, {written}: 3}}]}}')
    with pytest.raises(UsageError) as caught:
        read_report(tmp_path / "alice.json")
    assert f"(the key {quote(key)} stands twice in one object). Give a file" in str(caught.value)


def test_a_number_beyond_all_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alice.json").write_text('{"wall_s": 1e999}')
    with pytest.raises(UsageError, match=r"it is not JSON \(1e999 is too large for a number\)\."):
        read_report(tmp_path / "alice.json")


def test_a_file_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "alice.json").write_text("[" * 200_000)
    with pytest.raises(UsageError, match=r"is not a report: it nests too deeply\. Give a file"):
        read_report(tmp_path / "alice.json")


def test_a_report_of_an_older_grader_is_refused_by_its_version(tmp_path: Path) -> None:
    (tmp_path / "alice.json").write_text('{"schema_version": 2}')
    with pytest.raises(UsageError) as caught:
        read_report(tmp_path / "alice.json")
    assert str(caught.value) == (
        f"The report '{tmp_path}/alice.json' has schema_version 2, of an older grader; this one "
        "reads version 4. Grade the hand-in again to get a report that it reads."
    )


def test_a_report_of_a_newer_grader_is_refused_by_its_version(tmp_path: Path) -> None:
    (tmp_path / "alice.json").write_text('{"schema_version": 5, "stars": 5}')
    with pytest.raises(UsageError, match=r"has schema_version 5; this grader reads versions up to"):
        read_report(tmp_path / "alice.json")


def test_json_that_is_no_report_is_refused_with_the_place(tmp_path: Path, made: Report) -> None:
    data = json.loads(made.to_json())
    data["criteria"][1]["outcome"] = "passed\x1b[2J"
    (tmp_path / "alice.json").write_text(json.dumps(data))
    with pytest.raises(UsageError, match=r"not a report: at \$\.criteria\[1\]\.outcome, 'passed"):
        read_report(tmp_path / "alice.json")
    (tmp_path / "alice.json").write_text("[]")
    with pytest.raises(UsageError, match=r"not a report: at \$, \[\] is not of type 'object'"):
        read_report(tmp_path / "alice.json")
