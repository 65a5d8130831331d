"""Folders and archives from outside: read in memory, and refused where they are dishonest."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.datasets import source_files
from grader.datasets.faults import DataSetError
from grader.datasets.source_files import files_in


def read(source: Path) -> dict[str, bytes]:
    return {"/".join(parts): content for parts, content in files_in(source, lambda parts: True)}


def folder_of(place: Path) -> Path:
    (place / "set" / "a").mkdir(parents=True)
    (place / "set" / "a" / "1.txt").write_bytes(b"one")
    (place / "set" / "2.txt").write_bytes(b"two" * 100)
    (place / "set" / "a" / "._1.txt").write_bytes(b"hidden")
    (place / "set" / "__MACOSX").mkdir()
    (place / "set" / "__MACOSX" / "1.txt").write_bytes(b"hidden")
    return place / "set"


@pytest.mark.parametrize("suffix", ["", ".zip", ".tar.gz"])
def test_what_is_wanted_is_read_and_what_is_hidden_is_not(
    tmp_path: Path, pack: Callable[[Path, str], Path], suffix: str
) -> None:
    folder = folder_of(tmp_path)
    source = pack(folder, suffix) if suffix else tmp_path
    assert read(source) == {"set/a/1.txt": b"one", "set/2.txt": b"two" * 100}
    some = list(files_in(source, lambda parts: parts[-1] == "1.txt"))
    assert some == [(("set", "a", "1.txt"), b"one")]


def test_a_single_file_is_given_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"content")
    assert list(files_in(tmp_path / "x", lambda parts: False)) == [(("x",), b"content")]


def test_folders_are_read_to_a_depth_and_links_in_them_are_followed(tmp_path: Path) -> None:
    (tmp_path / "s" / "1" / "2" / "3" / "4" / "5").mkdir(parents=True)
    for place in ("1", "1/2/3/4", "1/2/3/4/5"):
        (tmp_path / "s" / place / "f").write_bytes(b"")
    assert set(read(tmp_path / "s")) == {"1/f", "1/2/3/4/f"}
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "linked").symlink_to(tmp_path / "s" / "1")
    (tmp_path / "t" / "around").symlink_to(tmp_path / "t")
    assert "linked/f" in read(tmp_path / "t")


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        DataSetError, match=r"none' cannot be read: No such file or directory. Give"
    ):
        read(tmp_path / "none")


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path)

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(DataSetError, match=r"2.txt' cannot be read: Permission denied. Give the"):
        read(folder)


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_archive_is_refused(
    tmp_path: Path, pack: Callable[[Path, str], Path], suffix: str, share: float
) -> None:
    folder = folder_of(tmp_path)
    (folder / "noise").write_bytes(os.urandom(50_000))
    path = pack(folder, suffix)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    sentence = f"'set{suffix}' is damaged \\(.+\\), perhaps by a download that was cut short. Down"
    with pytest.raises(DataSetError, match=sentence):
        read(path)


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_a_changed_byte_is_noticed(
    tmp_path: Path, pack: Callable[[Path, str], Path], suffix: str
) -> None:
    folder = folder_of(tmp_path)
    (folder / "noise").write_bytes(os.urandom(50_000))
    path = pack(folder, suffix)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataSetError, match="is damaged"):
        read(path)


def zip_of(path: Path, name: str, mode: int = 0o100644) -> Path:
    member = zipfile.ZipInfo("x" * len(name))
    member.external_attr = mode << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "content")
    # zipfile mends names when it writes; a forger does not.
    path.write_bytes(path.read_bytes().replace(b"x" * len(name), name.encode()))
    return path


def tar_of(path: Path, name: str, kind: bytes = tarfile.REGTYPE) -> Path:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/passwd"
    member.size = 7 if kind == tarfile.REGTYPE else 0
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(member, io.BytesIO(b"content"))
    return path


TRICKS = ["../../up.txt", "a/../../b", "/etc/passwd", "a\\..\\b", "C:/x"]


@pytest.mark.parametrize("name", TRICKS)
@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_a_name_that_leads_elsewhere_is_refused(
    tmp_path: Path, make: Callable[..., Path], name: str
) -> None:
    with pytest.raises(DataSetError, match=r"leads out of its folder. No published data set has"):
        read(make(tmp_path / "p", name))
    assert os.listdir(tmp_path) == ["p"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(DataSetError, match=r"The archive's member 'a' is a link or a device."):
        read(tar_of(tmp_path / "p", "a", kind))


def test_links_in_a_zip_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataSetError, match=r"The archive's member 'a' is a link or a device."):
        read(zip_of(tmp_path / "p", "a", 0o120777))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "p", "a")
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    path.write_bytes(content)
    with pytest.raises(DataSetError, match=r"'p' is damaged \(.*encrypted"):
        read(path)


@pytest.mark.parametrize("suffix", ["", ".zip", ".tar.gz"])
def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path,
    pack: Callable[[Path, str], Path],
    suffix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = folder_of(tmp_path)
    source = pack(folder, suffix) if suffix else folder
    monkeypatch.setattr(source_files, "MAX_FILE_BYTES", 299)
    with pytest.raises(DataSetError, match=r"2.txt' has 300 bytes; no file of a data set .* 299"):
        read(source)


def test_a_single_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_bytes(b"content")
    monkeypatch.setattr(source_files, "MAX_FILE_BYTES", 6)
    with pytest.raises(DataSetError, match="'x' has 7 bytes; no file of a data set that is known"):
        read(tmp_path / "x")


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
@pytest.mark.parametrize("limit", ["MAX_TOTAL_BYTES", "MAX_ENTRIES"])
def test_an_archive_of_too_much_is_refused(
    tmp_path: Path,
    pack: Callable[[Path, str], Path],
    suffix: str,
    limit: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = pack(folder_of(tmp_path), suffix)
    monkeypatch.setattr(source_files, limit, 1)
    sentence = rf"'set{suffix}' holds \d+ files of together \d+ bytes or more; the limits are "
    with pytest.raises(DataSetError, match=sentence):
        read(path)


def test_a_gzip_that_holds_no_tar_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(gzip.compress(b"text"))
    with pytest.raises(DataSetError, match="'p' is damaged"):
        read(tmp_path / "p")


def test_what_follows_the_end_of_a_tar_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tar_of(tmp_path / "p", "a")
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + bytes(3 * 2**20)))
    assert read(path) == {"a": b"content"}
    monkeypatch.setattr(source_files, "MAX_TOTAL_BYTES", 2**20)
    with pytest.raises(DataSetError, match="'p' holds 1 files of together"):
        read(path)


def test_a_fault_of_the_one_who_asks_is_not_taken_for_damage(
    tmp_path: Path, pack: Callable[[Path, str], Path]
) -> None:
    path = pack(folder_of(tmp_path), ".zip")
    with pytest.raises(ValueError, match="mine"):  # noqa: PT012 - what is done with a file
        for _ in files_in(path, lambda parts: True):
            raise ValueError("mine")
