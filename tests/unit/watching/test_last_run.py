"""How a run is remembered: never a reason to fail."""

import os
from decimal import Decimal

import pytest

from grader.records import Outcome
from grader.report.changes import Remembered, RunMemory
from grader.watching.last_run import FILE_BYTES, memory_file, read_memory, write_memory

KEPT = RunMemory("hw1", "sha256:0", 3.0, {"a": Remembered(Outcome.PASSED, Decimal(1), Decimal(2))})


def place(tmp_path, handin="work", assignment="hw1", **environ):
    return memory_file(tmp_path / handin, assignment, environ)


def test_it_lies_in_the_folder_for_caches(tmp_path):
    home = place(tmp_path, HOME="/home/ada")
    assert home.parent.as_posix() == "/home/ada/.cache/grader/last-runs"
    given = place(tmp_path, HOME="/home/ada", XDG_CACHE_HOME="/cache")
    assert given.parent.as_posix() == "/cache/grader/last-runs"
    relative = place(tmp_path, HOME="/home/ada", XDG_CACHE_HOME="cache")
    assert relative == home


def test_without_a_home_there_is_no_place_and_nothing_is_remembered(tmp_path):
    assert place(tmp_path) is None
    assert read_memory(None) is None
    write_memory(None, KEPT)


def test_each_place_and_each_assignment_has_its_own(tmp_path):
    found = {
        place(tmp_path, handin, assignment, HOME="/h")
        for handin in ("work", "other")
        for assignment in ("hw1", "hw2")
    }
    assert len(found) == 4


def test_a_link_to_the_work_is_the_work(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "work")
    assert place(tmp_path, "link", HOME="/h") == place(tmp_path, "work", HOME="/h")


def test_the_name_does_not_say_where_the_work_lies(tmp_path):
    assert "secret" not in place(tmp_path, "secret", HOME="/h").name


def test_what_is_written_is_read_and_nothing_else_is_left(tmp_path):
    file = tmp_path / "cache" / "one.json"
    write_memory(file, KEPT)
    assert read_memory(file) == KEPT
    assert os.listdir(file.parent) == ["one.json"]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff\xfe", b"[1]", b'{"version": 1}', b"[" * 100_000, b" " * FILE_BYTES + b"{}"],
)
def test_a_damaged_or_foreign_file_is_no_memory_and_is_overwritten(tmp_path, data):
    file = tmp_path / "one.json"
    file.write_bytes(data)
    assert read_memory(file) is None
    write_memory(file, KEPT)
    assert read_memory(file) == KEPT


def test_a_time_that_is_none_is_no_memory(tmp_path):
    file = tmp_path / "one.json"
    write_memory(file, RunMemory("hw1", "d", float("inf")))
    assert file.exists()
    assert read_memory(file) is None


def test_a_place_that_cannot_be_written_to_is_no_reason_to_fail(tmp_path):
    (tmp_path / "file").write_text("")
    write_memory(tmp_path / "file" / "one.json", KEPT)
    write_memory(tmp_path / "folder" / "one.json" / "more", KEPT)
    (tmp_path / "taken.json").mkdir()
    write_memory(tmp_path / "taken.json", KEPT)
    assert (tmp_path / "taken.json").is_dir()
    assert read_memory(tmp_path / "taken.json") is None
