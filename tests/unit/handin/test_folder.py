"""Folders: what is listed, what is never opened, what is refused."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from grader.errors import HandInError, HandInTooLarge, UnsafePath
from grader.handin.folder import open_folder
from grader.handin.model import IntakeLimits, Listing

LIMITS = IntakeLimits()


def write(top: Path, *paths: str, content: str = "x = 1\n") -> Path:
    for path in paths:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(content)
    return top


def listing_of(top: Path, limits: IntakeLimits = LIMITS) -> Listing:
    with open_folder(top, limits) as listing:
        return listing


def test_python_files_and_other_files_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "hw", "a/layers.py", "a/my notes.txt", "run.ipynb", "deep/er/x.py")
    listing = listing_of(tmp_path / "hw")
    assert (listing.kind, listing.name) == ("folder", "hw")
    assert listing.sources == ("a/layers.py", "deep/er/x.py")
    assert listing.others == ("a/my notes.txt", "run.ipynb")
    assert listing.notes == ()


def test_folders_that_are_never_the_work_are_not_looked_into(tmp_path: Path) -> None:
    for folder in (".git", "venv", "a/__pycache__", "__MACOSX", "node_modules", ".venv", "env"):
        write(tmp_path, f"{folder}/layers.py")
        os.mkfifo(tmp_path / folder / "pipe")
    write(tmp_path, "a/.ipynb_checkpoints/x.py", "lib/site-packages/y.py", "build/z.py")
    write(tmp_path, "._layers.py", ".DS_Store", "Icon\r", "layers.py", ".gitignore")
    (tmp_path / "dist").symlink_to("/")
    listing = listing_of(tmp_path)
    assert listing.sources == ("layers.py",)
    assert listing.others == (".gitignore",)
    assert listing.notes == ()
    assert set(listing.ignored) == {
        *(".git", "venv", "__pycache__", "__MACOSX", "node_modules", ".venv", "env"),
        *(".ipynb_checkpoints", "site-packages", "build", "dist"),
    }


def test_a_file_is_read_when_asked_for_and_only_once(tmp_path: Path) -> None:
    write(tmp_path, "layers.py", content="y = 2\n")
    with open_folder(tmp_path, LIMITS) as listing:
        assert listing.read("layers.py") == b"y = 2\n"
        (tmp_path / "layers.py").unlink()
        assert listing.read("layers.py") == b"y = 2\n"


@pytest.mark.parametrize("target", ["/etc/passwd", "../secret.py", "a/../../secret.py"])
def test_a_link_out_of_the_hand_in_is_refused(tmp_path: Path, target: str) -> None:
    write(tmp_path, "secret.py", "hw/a/b.py")
    (tmp_path / "hw/layers.py").symlink_to(target)
    with pytest.raises(UnsafePath, match=r"'layers.py' is a link that points outside.*in place of"):
        listing_of(tmp_path / "hw")


def test_a_folder_link_out_of_the_hand_in_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "hw/layers.py", "hw2/x.py")
    (tmp_path / "hw/data").symlink_to(tmp_path / "hw2", target_is_directory=True)
    with pytest.raises(UnsafePath, match="'data' is a link that points outside the hand-in"):
        listing_of(tmp_path / "hw")


def test_a_link_inside_the_hand_in_is_ignored_with_a_note(tmp_path: Path) -> None:
    write(tmp_path, "a/layers.py")
    (tmp_path / "copy.py").symlink_to("a/layers.py")
    (tmp_path / "again").symlink_to("a", target_is_directory=True)
    (tmp_path / "loop").symlink_to(".", target_is_directory=True)
    (tmp_path / "broken.py").symlink_to("nowhere.py")
    listing = listing_of(tmp_path)
    assert listing.sources == ("a/layers.py",)
    assert listing.others == ()
    assert listing.notes == (
        "Links were not followed: 'again', 'broken.py', 'copy.py', 'loop'. If one of them stands "
        "for your work, put the file itself in its place.",
    )


def test_the_hand_in_itself_may_be_given_by_a_link(tmp_path: Path) -> None:
    write(tmp_path, "real/layers.py")
    (tmp_path / "real/same.py").symlink_to("layers.py")
    (tmp_path / "hw").symlink_to("real", target_is_directory=True)
    listing = listing_of(tmp_path / "hw")
    assert (listing.name, listing.sources) == ("hw", ("layers.py",))


def test_pipes_and_sockets_are_noted_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "layers.py")
    monkeypatch.chdir(tmp_path)  # a socket's path is limited to about 100 characters
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        listing = listing_of(tmp_path)
    assert (listing.sources, listing.others) == ((), ())
    assert listing.notes[0].startswith(
        "Not opened, because they are no regular files: 'layers.py', 's'."
    )


def test_a_file_that_becomes_a_pipe_after_the_listing_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "layers.py")
    with open_folder(tmp_path, LIMITS) as listing:
        (tmp_path / "layers.py").unlink()
        os.mkfifo(tmp_path / "layers.py")
        with pytest.raises(UnsafePath, match="was a regular file when the hand-in was listed"):
            listing.read("layers.py")


def test_a_file_that_becomes_a_link_after_the_listing_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "hw/layers.py", "secret.py")
    with open_folder(tmp_path / "hw", LIMITS) as listing:
        (tmp_path / "hw/layers.py").unlink()
        (tmp_path / "hw/layers.py").symlink_to("../secret.py")
        with pytest.raises(HandInError, match=r"'layers.py' cannot be read: .*Make the file"):
            listing.read("layers.py")


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("grader.handin.folder.os.scandir", refuse)
    with pytest.raises(HandInError, match=r"folder '\.' of the hand-in cannot be listed: Permis"):
        listing_of(tmp_path)


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "layers.py", "Layers.py")
    with pytest.raises(UnsafePath, match=r"both 'Layers.py' and 'layers.py', which are one file"):
        listing_of(tmp_path)


def test_names_that_differ_in_composition_only_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "u\u0308bung.py", "\u00fcbung.py")
    with pytest.raises(UnsafePath, match="which are one file on many machines"):
        listing_of(tmp_path)


def test_a_decomposed_name_is_read_by_its_composed_one(tmp_path: Path) -> None:
    write(tmp_path, "u\u0308bung.py")
    with open_folder(tmp_path, LIMITS) as listing:
        assert listing.sources == ("\u00fcbung.py",)
        assert listing.read("\u00fcbung.py") == b"x = 1\n"


def test_a_large_python_file_is_refused_when_read(tmp_path: Path) -> None:
    write(tmp_path, "data.py", content="x" * 101)
    with open_folder(tmp_path, IntakeLimits(max_file_bytes=100)) as listing:
        with pytest.raises(HandInTooLarge, match=r"'data.py' is larger than 0.0 MiB \(100 bytes\)"):
            listing.read("data.py")
    with open_folder(tmp_path, IntakeLimits(max_file_bytes=101)) as listing:
        assert len(listing.read("data.py")) == 101


def test_a_large_file_of_another_kind_is_only_listed(tmp_path: Path) -> None:
    write(tmp_path, "cifar.npz", content="x" * 101)
    listing = listing_of(tmp_path, IntakeLimits(max_file_bytes=100, max_total_bytes=10))
    assert listing.others == ("cifar.npz",)


def test_python_files_too_large_together_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b.py", content="x" * 60)
    with open_folder(tmp_path, IntakeLimits(max_total_bytes=100)) as listing:
        listing.read("a.py")
        with pytest.raises(HandInTooLarge, match=r"more than 0.0 MiB \(100 bytes\) together"):
            listing.read("b.py")


def test_too_many_python_files_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b.py", "c.py", "d.txt", "e.txt")
    assert len(listing_of(tmp_path, IntakeLimits(max_entries=3)).sources) == 3
    with pytest.raises(HandInTooLarge, match="more than 2 Python files, which is the limit"):
        listing_of(tmp_path, IntakeLimits(max_entries=2))


def test_too_many_other_entries_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "data/1.jpg", "data/2.jpg")
    assert listing_of(tmp_path, IntakeLimits(max_other_entries=3)).others
    with pytest.raises(HandInTooLarge, match=r"more than 2 entries besides Python files.*data"):
        listing_of(tmp_path, IntakeLimits(max_other_entries=2))


def test_a_path_too_deep_or_too_long_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a/b/c.py")
    assert listing_of(tmp_path, IntakeLimits(max_depth=3, max_path_chars=8)).sources
    for limits in (IntakeLimits(max_depth=2), IntakeLimits(max_path_chars=7)):
        with pytest.raises(HandInTooLarge, match=r"'a/b/c\.py' lies too deep: at most"):
            listing_of(tmp_path, limits)
