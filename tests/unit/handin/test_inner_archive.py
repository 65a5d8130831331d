"""One archive inside a hand-in is opened where it is all the work; what else there is, is not."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from grader.errors import HandInError, HandInTooLarge, PackageRootMissing, UnsafeArchive, UnsafePath
from grader.handin import HandIn, IntakeLimits, read_handin
from grader.handin.packed import read_packed, unpack

WORK: Mapping[str, bytes] = {"hw/layers.py": b"x = 1\n", "hw/optim.py": b"y = 2\n"}
PDF = b"%PDF-1.4 /Type /Page \n%%EOF"
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
FOLDER = "Ada Lovelace_12345_assignsubmission_file_"


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def put(path: Path, members: Mapping[str, bytes]) -> Path:
    """Lays the members out as a zip or, without that suffix, as a folder."""
    if path.suffix:
        path.write_bytes(zipped(members))
        return path
    for name, content in members.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def read(path: Path, limits: IntakeLimits | None = None, **rules: object) -> HandIn:
    return read_handin(
        path,
        roots=["hw"],
        expects=["layers.py", "optim.py"],
        limits=limits or IntakeLimits(),
        **rules,  # type: ignore[arg-type]  # each is what its name says
    )


def refusal(kind: type[HandInError], path: Path, limits: IntakeLimits | None = None) -> str:
    with pytest.raises(kind) as caught:
        read(path, limits)
    return caught.value.message


@pytest.fixture(params=["bulk.zip", "bulk"])
def outer(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What the archive lies in: a zip, or a folder."""
    return tmp_path / str(request.param)


def test_the_one_archive_takes_its_place(outer: Path, tmp_path: Path) -> None:
    handin = read(put(outer, {f"{FOLDER}/hw.zip": zipped(WORK)}))
    assert handin.id == "bulk"
    assert handin.root == f"{FOLDER}/hw.zip/hw"
    assert handin.files == {"layers.py": b"x = 1\n", "optim.py": b"y = 2\n"}
    assert handin.notes[-1] == (
        f"'{FOLDER}/hw.zip' was unpacked, because nothing else here could be the work."
    )
    assert handin.digest == read(put(tmp_path / "plain.zip", WORK)).digest


def test_a_report_beside_it_and_one_inside_stay(outer: Path) -> None:
    inner = zipped({**WORK, "hw/report.pdf": PDF})
    handin = read(put(outer, {"hw.zip": inner, "report.pdf": PDF}))
    assert handin.others == ("hw.zip/hw/report.pdf", "report.pdf")
    assert [each.pages for each in handin.documents] == [1, 1]


def test_answers_beside_it_and_notebooks_inside_are_read(outer: Path) -> None:
    inner = zipped({**WORK, "hw/report.ipynb": NOTEBOOK})
    members = {"hw.zip": inner, "answers.yaml": b"weight: 3\n"}
    handin = read(put(outer, members), answers=["answers.yaml"])
    assert handin.answers == {"weight": 3}
    assert [each.path for each in handin.notebooks] == ["hw.zip/hw/report.ipynb"]


def test_answers_inside_are_read(outer: Path) -> None:
    inner = zipped({**WORK, "answers.yaml": b"weight: 3\n"})
    assert read(put(outer, {"hw.zip": inner}), answers=["answers.yaml"]).answers == {"weight": 3}


def test_what_finders_leave_beside_it_makes_no_doubt(outer: Path) -> None:
    members = {"hw.zip": zipped(WORK), "__MACOSX/._hw.zip": b"\0\5", ".DS_Store": b"x"}
    assert read(put(outer, members)).root == "hw.zip/hw"


@pytest.mark.parametrize(
    "members",
    [
        {"a.zip": zipped(WORK), "b.zip": zipped(WORK)},
        {"hw.zip": zipped(WORK), "plots.py": b""},
        {"hw.zip": zipped(WORK), "report.ipynb": NOTEBOOK},
        {"hw.rar": b"Rar!"},
    ],
)
def test_where_there_is_doubt_nothing_is_unpacked(
    outer: Path, members: Mapping[str, bytes]
) -> None:
    message = refusal(PackageRootMissing, put(outer, members))
    assert (
        " Inside a hand-in only one zip is unpacked, where it is the only one and no Python file "
        "or notebook lies beside it. Hand in what is in them."
    ) in message


def test_work_beside_an_archive_is_the_work(outer: Path) -> None:
    handin = read(put(outer, {**WORK, "old.zip": zipped({"hw/layers.py": b"old"})}))
    assert handin.files["layers.py"] == b"x = 1\n"


def test_an_archive_deeper_than_that_is_named(tmp_path: Path) -> None:
    deeper = zipped({"b.zip": zipped(WORK)})
    message = refusal(PackageRootMissing, put(tmp_path / "hw.zip", {"a.zip": deeper}))
    assert "Not unpacked: 'a.zip/b.zip'. Inside a hand-in only one zip is unpacked" in message


def test_what_is_no_zip_by_its_content_is_said(outer: Path) -> None:
    message = refusal(UnsafeArchive, put(outer, {"hw.zip": b"Rar!\x1a\x07\x01\x00" + b"x" * 100}))
    assert message.startswith("'hw.zip' is a RAR archive; a hand-in is a folder or a zip archive.")


def test_what_is_damaged_inside_is_said(outer: Path) -> None:
    message = refusal(UnsafeArchive, put(outer, {"hw.zip": zipped(WORK)[:-40]}))
    assert message.startswith("'hw.zip' is damaged (File is not a zip file), perhaps by an upload")


def test_paths_out_of_the_inner_one_are_refused(outer: Path) -> None:
    inner = zipped({**WORK, "../../layers.py": b"x"})
    message = refusal(UnsafePath, put(outer, {"hw.zip": inner}))
    assert "'../../layers.py' climbs out of its folder" in message


def test_links_in_the_inner_one_are_refused(outer: Path) -> None:
    link = zipfile.ZipInfo("hw/layers.py")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    message = refusal(UnsafeArchive, put(outer, {"hw.zip": buffer.getvalue()}))
    assert "'hw/layers.py' is a link." in message


def test_bombs_in_the_inner_one_are_refused(outer: Path) -> None:
    inner = zipped({**WORK, "hw/data.npy": bytes(4 * 2**20)})
    message = refusal(UnsafeArchive, put(outer, {"hw.zip": inner}))
    assert "'hw/data.npy' inflates" in message
    assert "as a zip bomb does" in message


def test_bytes_are_counted_over_both(tmp_path: Path) -> None:
    inner = zipped({**WORK, "hw/data.npy": os.urandom(60_000)})
    path = put(tmp_path / "hw.zip", {"hw.zip": inner})
    assert read(path, IntakeLimits(max_total_bytes=130_000)).files
    message = refusal(HandInTooLarge, path, IntakeLimits(max_total_bytes=100_000))
    assert message.startswith("The archive holds 0.1 MiB (60,012 bytes) when inflated; the limit")


def test_members_are_counted_over_both(tmp_path: Path) -> None:
    path = put(tmp_path / "hw.zip", {"hw.zip": zipped(WORK), "a.txt": b"", "b.txt": b""})
    assert read(path, IntakeLimits(max_entries=5)).files
    message = refusal(HandInTooLarge, path, IntakeLimits(max_entries=4))
    assert message.startswith("The archive has 2 members; the limit is 1.")


def test_what_lies_too_deep_over_both_is_refused(outer: Path) -> None:
    path = put(outer, {"a/b/hw.zip": zipped(WORK)})
    assert read(path, IntakeLimits(max_depth=5)).files
    message = refusal(HandInTooLarge, path, IntakeLimits(max_depth=4))
    assert message.startswith("'a/b/hw.zip/hw/layers.py' lies too deep")


def test_a_member_that_pretends_to_lie_in_the_inner_one_is_refused(tmp_path: Path) -> None:
    members = {"hw.zip": zipped({**WORK, "report.pdf": PDF}), "hw.zip/report.pdf": PDF}
    message = refusal(UnsafePath, put(tmp_path / "bulk.zip", members))
    assert "both 'hw.zip/report.pdf' and 'hw.zip/report.pdf'" in message


def test_notes_cross_from_the_process_that_reads(tmp_path: Path) -> None:
    path = put(tmp_path / "bulk.zip", {"hw.zip": zipped(WORK)})
    packed = read_packed(os.open(path, os.O_RDONLY), path.name, asdict(IntakeLimits()))
    listing = unpack(packed, path.stem)
    assert listing.sources == ("hw.zip/hw/layers.py", "hw.zip/hw/optim.py")
    assert listing.read("hw.zip/hw/layers.py") == b"x = 1\n"
    assert listing.notes == ("'hw.zip' was unpacked, because nothing else here could be the work.",)


def test_where_no_zip_is_accepted_none_is_unpacked(tmp_path: Path) -> None:
    path = put(tmp_path / "hw", {"hw.zip": zipped(WORK)})
    with pytest.raises(PackageRootMissing):
        read(path, accept=("folder",))
