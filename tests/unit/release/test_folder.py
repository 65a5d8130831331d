"""What is released is written whole or not at all, and overwrites nobody's work."""

import errno
import io
import zipfile
from pathlib import Path

import pytest

from grader.errors import GraderError, UsageError
from grader.release.folder import not_written, write_file, write_folder, zip_bytes

FILES = {"README.md": b"hello", "hw3/layers.py": b"x = 1\n"}


def test_a_folder_is_written(tmp_path):
    write_folder(FILES, tmp_path / "new" / "hw3")
    assert (tmp_path / "new" / "hw3" / "hw3" / "layers.py").read_bytes() == b"x = 1\n"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["hw3"]


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "hw3").mkdir()
    (tmp_path / "hw3" / "mine.py").write_text("work")
    with pytest.raises(UsageError, match=r"hw3' is there already, .*Remove it, or give --out"):
        write_folder(FILES, tmp_path / "hw3")
    assert (tmp_path / "hw3" / "mine.py").read_text() == "work"


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(GraderError, match=r"hw3' was not written: No space left .* Make room"):
        write_folder(FILES, tmp_path / "hw3")
    with pytest.raises(GraderError, match=r"hw3\.zip' was not written: No space left"):
        write_file(b"", tmp_path / "hw3.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_a_matter_of_usage(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"was not written: .*Name another place with --out"):
        write_folder(FILES, tmp_path / "file" / "hw3")
    assert isinstance(not_written(tmp_path, PermissionError(13, "Permission denied")), UsageError)


def test_a_file_is_replaced(tmp_path):
    for content in (b"old", b"new"):
        write_file(content, tmp_path / "out" / "hw3.zip")
    assert (tmp_path / "out" / "hw3.zip").read_bytes() == b"new"


def test_a_zip_has_its_folder_and_the_same_bytes_each_time():
    made = zip_bytes(FILES, "hw3", executable=["README.md"])
    assert made == zip_bytes(FILES, "hw3", executable=["README.md"])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist() == ["hw3/README.md", "hw3/hw3/layers.py"]
        modes = [member.external_attr >> 16 for member in archive.infolist()]
    assert modes == [0o100755, 0o100644]
