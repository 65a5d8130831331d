"""The entry point: a path goes in, a frozen hand-in or a refusal comes out."""

from __future__ import annotations

import dataclasses
import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import (
    HandInError,
    HandInNotFound,
    HandInTooLarge,
    PackageRootMissing,
    UnsafeArchive,
)
from grader.handin import HandIn, IntakeLimits, read_handin
from grader.handin.model import digest_of, display_id

ROOTS = ("ece662", "ece697ls", "cs231n")
EXPECTS = ("layers.py", "optim.py", "classifiers/fc_net.py", "classifiers/cnn.py")


def read(path: Path, **options: Any) -> HandIn:
    return read_handin(path, **{"roots": ROOTS, "expects": EXPECTS, **options})


def as_folder(top: Path, tree: dict[str, bytes]) -> Path:
    for path, content in tree.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(content)
    return top


def as_zip(path: Path, tree: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tree.items():
            archive.writestr(name, content)
    return path


REAL = {
    "assignment 3/ece662/layers.py": b"import numpy as np\n",
    "assignment 3/ece662/optim.py": b"from .layers import *\r\n",
    "assignment 3/ece662/classifiers/fc_net.py": b"from ece662.layers import *\n",
    "assignment 3/ece662/classifiers/__pycache__/fc_net.cpython-311.pyc": b"\0",
    "assignment 3/ece662/layers copy.py": b"",
    "assignment 3/ece662/datasets/get_datasets.sh": b"wget",
    "assignment 3/.git/hooks/x.py": b"",
    "assignment 3/.ipynb_checkpoints/Layers-checkpoint.ipynb": b"{}",
    "assignment 3/Layers.ipynb": b'{"nbformat": 4, "cells": []}',
    "assignment 3/setup.py": b"",
    "__MACOSX/assignment 3/._Layers.ipynb": b"\0",
}


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_real_hand_in_is_read(tmp_path: Path, kind: str) -> None:
    made = as_zip(tmp_path / "Zoë.K.zip", REAL) if kind == "zip" else tmp_path / "Zoë.K"
    if kind == "folder":
        as_folder(made, REAL)
    handin = read(made)
    assert (handin.id, handin.kind, handin.root_name) == ("Zoë.K", kind, "ece662")
    assert handin.root == "assignment 3/ece662"
    assert list(handin.files) == ["classifiers/fc_net.py", "layers.py", "optim.py"]
    assert handin.files["optim.py"] == b"from .layers import *\r\n"
    (notebook,) = (each for each in handin.documents if each.path.endswith("Layers.ipynb"))
    assert handin.digest == digest_of(handin.files, [notebook]) != digest_of(handin.files)
    assert handin.others == (
        "assignment 3/Layers.ipynb",
        "assignment 3/ece662/datasets/get_datasets.sh",
        "assignment 3/ece662/layers copy.py",
        "assignment 3/setup.py",
    )
    assert handin.notes[1:] == (
        "Ignored '.git', '.ipynb_checkpoints', '__MACOSX', '__pycache__': not part of the work.",
    )


def test_a_hand_in_is_frozen(tmp_path: Path) -> None:
    handin = read(as_folder(tmp_path / "ece662", {"layers.py": b""}))
    with pytest.raises(dataclasses.FrozenInstanceError):
        handin.root = "elsewhere"  # type: ignore[misc]  # the point of the test
    with pytest.raises(TypeError, match="does not support item assignment"):
        handin.files["layers.py"] = b""  # type: ignore[index]  # the point of the test
    assert hash(handin) == hash(dataclasses.replace(handin))
    assert "files" not in repr(handin)


def test_reading_a_zip_writes_nothing_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = as_zip(tmp_path / "hw.zip", REAL)
    monkeypatch.chdir(tmp_path)
    written: list[object] = []
    watching = True

    def hook(event: str, details: tuple[Any, ...]) -> None:
        if not watching:
            return
        if event == "open" and details[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            written.append(details)
        elif event in ("os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink"):
            written.append(details)

    sys.addaudithook(hook)  # it stays for the life of the process, hence `watching`
    try:
        assert read(path).files
    finally:
        watching = False
    assert written == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["hw.zip"]


def test_the_root_may_be_chosen(tmp_path: Path) -> None:
    tree = {"a/ece662/layers.py": b"1", "b/ece662/layers.py": b"2"}
    assert read(as_folder(tmp_path / "hw", tree), root="b/ece662").files == {"layers.py": b"2"}


def test_a_relative_path_has_the_folders_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(as_folder(tmp_path / "cs231n", {"layers.py": b""}))
    handin = read(Path("."))
    assert (handin.id, handin.root, handin.root_name) == ("cs231n", ".", "cs231n")
    assert handin.notes == ()


@pytest.mark.parametrize(
    ("folder", "source", "roots", "name"),
    [
        ("ECE662", b"", ROOTS, "ece662"),
        ("work", b"from cs231n.layers import *", ROOTS, "cs231n"),
        ("work", b"if 1:\n    import ece697ls.layers", ROOTS, "ece697ls"),
        ("work", b"# from cs231n.layers import *\nimport ece662x", ROOTS, "ece662"),
        ("work", b"", (), "work"),
        ("my work", b"", (), "handin"),
    ],
)
def test_the_package_is_imported_by_the_name_its_modules_use(
    tmp_path: Path, folder: str, source: bytes, roots: tuple[str, ...], name: str
) -> None:
    made = as_folder(tmp_path / "hw", {f"{folder}/layers.py": source, f"{folder}/optim.py": b""})
    handin = read(made, roots=roots)
    assert handin.root_name == name
    said = f"The folder '{folder}' is imported as '{name}'." in handin.notes
    assert said is (folder != name)


def test_only_the_first_thousand_other_files_are_listed(tmp_path: Path) -> None:
    tree = {f"{n:04}.txt": b"" for n in range(1_005)}
    handin = read(as_zip(tmp_path / "hw.zip", {"ece662/layers.py": b"", **tree}))
    assert handin.others == tuple(sorted(tree)[:1_000])
    assert handin.notes == ("Only the first 1,000 of 1,005 other files are listed.",)


def test_names_a_student_chose_are_cleaned(tmp_path: Path) -> None:
    tree = {"\x1b[2J/ece662/layers.py": b"", "\u202etxt.\r": b"", "\udcff.txt": b""}
    handin = read(as_folder(tmp_path / "hw\u202e\x1b", tree))
    assert handin.id == "hw"
    assert handin.root == r"\x1b[2J/ece662"
    assert handin.others == (r"\u202etxt.\x0d", r"\udcff.txt")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("alice", "alice"),
        ("Zoe\u0308 Müller", "Zoë Müller"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("..", "hand-in"),
        ("", "hand-in"),
        ("\u200b\x1b", "hand-in"),
        ("x" * 300, "x" * 100),
    ],
)
def test_an_id_can_be_shown_and_can_name_a_file(name: str, shown: str) -> None:
    assert display_id(name) == shown


@pytest.mark.parametrize("name", ["nowhere", "nul\0", "x" * 5_000, "a/\x1b"])
def test_a_path_with_nothing_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(HandInNotFound) as caught:
        read(tmp_path / name)
    assert caught.value.message.startswith("There is no hand-in at '")
    assert caught.value.message.endswith("folder or of a zip archive of it.")
    assert caught.value.message.isprintable()


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hw.zip")
    with pytest.raises(HandInNotFound, match=r"'hw.zip' is neither a folder nor a regular file"):
        read(tmp_path / "hw.zip")


def test_a_file_that_cannot_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    as_zip(tmp_path / "hw.zip", REAL)
    monkeypatch.setattr("grader.handin.io.FileIO", refuse)
    with pytest.raises(HandInNotFound, match=r"'hw.zip' cannot be opened: Permission denied\. M"):
        read(tmp_path / "hw.zip")


def test_a_kind_that_the_assignment_does_not_accept_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandInError, match=r"is a folder; this assignment accepts zip\. Hand the"):
        read(as_folder(tmp_path / "hw", REAL), accept=["zip"])
    with pytest.raises(HandInError, match=r"'hw.zip' is a file; this assignment accepts folder\."):
        read(as_zip(tmp_path / "hw.zip", REAL), accept=["folder"])


def a_tar(*, mode: Any) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        archive.addfile(tarfile.TarInfo("layers.py"))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("hw.zip", b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
        ("hw.7z", b"7z\xbc\xaf\x27\x1c\x00", "a 7-Zip archive"),
        ("hw.tar", a_tar(mode="w"), "a tar archive"),
        ("hw.tgz", a_tar(mode="w:gz"), "a gzip file (.gz or .tgz)"),
        ("hw.tbz", a_tar(mode="w:bz2"), "a bzip2 file"),
        ("hw.txz", a_tar(mode="w:xz"), "an xz file"),
        ("hw.zst", b"\x28\xb5\x2f\xfd", "a Zstandard file"),
        ("hw.exe", b"MZ\x90\x00", "a Windows program"),
        ("hw.zip", b"%PDF-1.7", "a PDF document"),
        ("hw.IPYNB", b"{}", "a notebook"),
        ("layers.py", b"import numpy", "a single Python file"),
        ("hw.zip", b"hello", "not a zip archive"),
        ("hw.py", b"", "empty (0 bytes), perhaps because an upload was cut short"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnsafeArchive) as caught:
        read(tmp_path / name)
    assert caught.value.message == (
        f"'{name}' is {what}; a hand-in is a folder or a zip archive. Compress the assignment's "
        "folder as .zip and hand that in."
    )


def test_limits_are_passed_on(tmp_path: Path) -> None:
    for made in (as_folder(tmp_path / "hw", REAL), as_zip(tmp_path / "hw.zip", REAL)):
        with pytest.raises(HandInTooLarge):
            read(made, limits=IntakeLimits(max_file_bytes=10))


@pytest.mark.parametrize(
    "name",
    ["layers (1)", "layers(12)", "layers-1", "layers copy", "layers copy 2", "layers - Copy"],
)
def test_a_file_with_the_name_of_a_copy_stands_for_a_module_that_is_missing(
    tmp_path: Path, name: str
) -> None:
    as_folder(tmp_path / "hw", {f"ece662/{name}.py": b"x = 1\n", "ece662/optim.py": b"y = 2\n"})
    handin = read(tmp_path / "hw")
    assert handin.files["layers.py"] == b"x = 1\n"
    assert f"'ece662/{name}.py' was read as 'layers.py'." in handin.notes


@pytest.mark.parametrize(
    "names",
    [
        ["layers.py", "layers (1).py"],
        ["layers-1.py", "layers-2.py"],
        ["old/layers (1).py"],
        ["my layers.py", "layers_1.py", "-1.py"],
    ],
)
def test_where_a_copy_is_in_doubt_it_is_left_alone(tmp_path: Path, names: list[str]) -> None:
    files = {f"ece662/{name}": b"x = 1\n" for name in names}
    as_folder(tmp_path / "hw", {**files, "ece662/optim.py": b"y = 2\n"})
    handin = read(tmp_path / "hw")
    assert ("layers.py" in handin.files) == ("layers.py" in names)
    assert not any("was read as" in note for note in handin.notes)


def test_a_file_in_capitals_stands_for_a_missing_module_and_keeps_its_own_name(
    tmp_path: Path,
) -> None:
    as_folder(tmp_path / "hw", {"ece662/Layers.py": b"x = 1\n", "ece662/optim.py": b"y = 2\n"})
    handin = read(tmp_path / "hw")
    assert handin.files["layers.py"] == handin.files["Layers.py"] == b"x = 1\n"
    assert "'ece662/Layers.py' was read as 'layers.py'." in handin.notes


def test_a_hand_in_without_the_work_is_refused(tmp_path: Path) -> None:
    for made in (as_folder(tmp_path / "hw", {"a/x.py": b""}), as_zip(tmp_path / "e.zip", {})):
        with pytest.raises(PackageRootMissing):
            read(made)


def test_the_digest_knows_names_from_contents() -> None:
    digests = {
        digest_of({"a.py": b"b"}),
        digest_of({"a.py": b"b", "c.py": b""}),
        digest_of({"a.pyb": b""}),
        digest_of({"b.py": b"b"}),
        digest_of({}),
    }
    assert len(digests) == 5
    assert all(len(digest) == 71 and digest.startswith("sha256:") for digest in digests)


FOLDERS = st.lists(
    st.sampled_from(["classifiers", "données", "u\u0308", "my dir", "venv", "tests", ".git"]),
    max_size=3,
)
NAMES = st.sampled_from(["a.py", "b (1).py", "notes.txt", "ünï.py", "._a.py", "__init__.py"])
PATHS = st.builds(lambda folders, name: "/".join([*folders, name]), FOLDERS, NAMES)


@given(st.dictionaries(PATHS, st.binary(max_size=200), max_size=8), st.sampled_from(["", "w/"]))
def test_a_folder_and_a_zip_of_it_are_the_same_hand_in(
    tmp_path_factory: pytest.TempPathFactory, below: dict[str, bytes], wrapped: str
) -> None:
    top = tmp_path_factory.mktemp("same")
    tree = {f"{wrapped}ece662/{path}": content for path, content in below.items()}
    tree[f"{wrapped}ece662/layers.py"] = b"x = 1\n"
    folder, zipped = read(as_folder(top / "hw", tree)), read(as_zip(top / "hw.zip", tree))
    assert folder == dataclasses.replace(zipped, kind="folder", name="hw")
