"""The entry point: hand-ins of notebooks, alone and beside modules, with answers and reports."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from grader.errors import HandInError, HandInTooLarge, PackageRootMissing, UnsafeArchive
from grader.handin import HandIn, IntakeLimits, read_handin
from grader.handin.model import digest_of

PATTERNS = {"hw2.py": ("*hw2*", "*.ipynb")}
PDF = b"%PDF-1.4 /Type /Page %%EOF"


def notebook(*sources: str, language: str = "python", **more: Any) -> bytes:
    cells = [{"cell_type": "code", "source": source, **more} for source in sources]
    metadata = {"kernelspec": {"language": language}}
    return json.dumps({"nbformat": 4, "cells": cells, "metadata": metadata}).encode()


def answering(text: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": text}]}).encode()


ONE = notebook("x = 1")
FILE = b"# %% cell 1 of hw2.ipynb\nx = 1\n"


def read(path: Path, **options: Any) -> HandIn:
    given: dict[str, Any] = {
        "roots": ("hw2",),
        "expects": ("hw2.py",),
        "accept": ("folder", "zip", "notebook"),
        "notebooks": PATTERNS,
        "answers": ("answers.yaml",),
    }
    return read_handin(path, **{**given, **options})


def put(top: Path, tree: dict[str, bytes]) -> Path:
    for path, content in tree.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(content)
    return top


def as_zip(path: Path, tree: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tree.items():
            archive.writestr(name, content)
    return path


def test_a_notebook_is_a_hand_in(tmp_path: Path) -> None:
    found = read(put(tmp_path, {"hw2.ipynb": ONE}) / "hw2.ipynb")
    assert (found.kind, found.id, found.name, found.root) == ("notebook", "hw2", "hw2.ipynb", ".")
    assert dict(found.files) == {"hw2.py": FILE}
    assert [(each.path, each.module) for each in found.notebooks] == [("hw2.ipynb", "hw2.py")]
    assert found.others == ("hw2.ipynb",)
    assert found.notes == ("hw2.py was made of the 1 code cell of 'hw2.ipynb'.",)


def test_a_script_is_a_hand_in_under_any_name(tmp_path: Path) -> None:
    path = put(tmp_path, {"Copy of HW2 (1).py": b"x = 1\n"}) / "Copy of HW2 (1).py"
    found = read(path, accept=("folder", "script"))
    assert (found.kind, found.id, found.root) == ("script", "Copy of HW2 (1)", ".")
    assert dict(found.files) == {"hw2.py": b"x = 1\n"}
    assert found.notes == ("'Copy of HW2 (1).py' was read as 'hw2.py'.",)


def test_where_scripts_are_not_accepted_it_is_said_as_ever(tmp_path: Path) -> None:
    path = put(tmp_path, {"hw2.py": b"x = 1\n"}) / "hw2.py"
    with pytest.raises(UnsafeArchive, match=r"^'hw2.py' is a single Python file; a hand-in is a"):
        read(path)


def test_a_script_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, {"hw2.py": b"x = 1\n" * 20}) / "hw2.py"
    with pytest.raises(HandInTooLarge, match=r"^'hw2.py' is larger than .* Keep data out of"):
        read(path, accept=("script",), limits=IntakeLimits(max_file_bytes=100))


def test_where_notebooks_are_not_accepted_it_is_said_as_ever(tmp_path: Path) -> None:
    path = put(tmp_path, {"hw2.ipynb": ONE}) / "hw2.ipynb"
    with pytest.raises(UnsafeArchive, match=r"^'hw2.ipynb' is a notebook; a hand-in is a folder"):
        read(path, accept=("folder", "zip"))


@pytest.mark.parametrize("wrapped", ["", "work/", "a/b/"])
def test_a_folder_and_a_zip_with_a_notebook_agree(tmp_path: Path, wrapped: str) -> None:
    tree = {f"{wrapped}hw2.ipynb": ONE, f"{wrapped}report.pdf": PDF, "c/.ipynb_checkpoints/x": b""}
    folder = read(put(tmp_path / "w", tree))
    zipped = read(as_zip(tmp_path / "w.zip", tree))
    assert folder.files == zipped.files == {"hw2.py": FILE}
    assert folder.root == zipped.root == (wrapped.rstrip("/") or ".")
    assert folder.digest == zipped.digest
    assert folder.documents == zipped.documents
    assert [each.pages for each in folder.documents] == [0, 1]
    alone = read(put(tmp_path / "alone", {"hw2.ipynb": ONE}) / "hw2.ipynb")
    assert alone.digest != folder.digest


def test_a_copy_in_a_checkpoint_folder_does_not_count(tmp_path: Path) -> None:
    tree = {"hw2.ipynb": ONE, ".ipynb_checkpoints/hw2-checkpoint.ipynb": notebook("x = 2")}
    found = read(put(tmp_path, tree))
    assert dict(found.files) == {"hw2.py": FILE}
    assert [each.path for each in found.notebooks] == ["hw2.ipynb"]


def test_a_module_in_the_hand_in_wins_over_notebooks(tmp_path: Path) -> None:
    found = read(put(tmp_path, {"hw2/hw2.py": b"y = 2", "hw2.ipynb": ONE}))
    assert dict(found.files) == {"hw2.py": b"y = 2"}
    assert [each.module for each in found.notebooks] == [""]


def test_several_notebooks_become_one_module(tmp_path: Path) -> None:
    tree = {"part10.ipynb": notebook("b"), "part9.ipynb": notebook("a"), "old/p.ipynb": ONE}
    found = read(put(tmp_path, tree))
    assert found.files["hw2.py"] == (
        b"# %% cell 1 of part9.ipynb\na\n# %% cell 1 of part10.ipynb\nb\n"
    )
    assert [each.module for each in found.notebooks] == ["", "hw2.py", "hw2.py"]


def test_notebooks_beside_a_package_fill_it(tmp_path: Path) -> None:
    tree = {"a1/ece/layers.py": b"", "a1/Q5.ipynb": ONE}
    found = read(
        put(tmp_path, tree),
        roots=("ece",),
        expects=("layers.py", "q5.py"),
        notebooks={"q5.py": ("*q5*",)},
    )
    assert found.root == "a1/ece"
    assert found.files["q5.py"] == b"# %% cell 1 of Q5.ipynb\nx = 1\n"


@pytest.mark.parametrize("name", ["HW1_solution.py", "Copy of IFT6135.py"])
def test_an_export_of_another_name_stands_for_the_only_module(tmp_path: Path, name: str) -> None:
    tree = {f"work/{name}": b"x = 1"}
    found = read(put(tmp_path, tree), expects=("solution.py",), notebooks={})
    assert dict(found.files) == {"solution.py": b"x = 1"}
    assert f"'work/{name}' was read as 'solution.py'." in found.notes
    assert not any("no import can name" in note for note in found.notes)


def test_a_notebook_in_another_language_is_no_module(tmp_path: Path) -> None:
    tree = {"a.ipynb": notebook("x <- 1", language="R"), "b.ipynb": ONE}
    found = read(put(tmp_path, tree))
    assert found.files["hw2.py"] == b"# %% cell 1 of b.ipynb\nx = 1\n"
    assert found.notes[-1] == (
        "'a.ipynb' stands for no module: its language is 'r', not Python. Choose a Python kernel "
        "and save it again."
    )


def test_a_notebook_in_another_language_that_is_all_there_is_is_refused(tmp_path: Path) -> None:
    tree = {"a.ipynb": notebook("x <- 1", language="R"), "b.ipynb": notebook("1", language="julia")}
    with pytest.raises(HandInError) as caught:
        read(put(tmp_path, tree))
    assert caught.value.message == (
        "'a.ipynb', 'b.ipynb' stands for no module: its language is 'r', not Python. Choose a "
        "Python kernel and save it again."
    )


def test_a_broken_notebook_takes_no_other_down(tmp_path: Path) -> None:
    found = read(put(tmp_path, {"hw2_bad.ipynb": b"{", "hw2.ipynb": ONE}))
    assert dict(found.files) == {"hw2.py": FILE}
    assert any(note.startswith("'hw2_bad.ipynb' ends in the middle") for note in found.notes)


@pytest.mark.parametrize("kind", ["notebook", "folder", "zip"])
def test_a_broken_notebook_that_is_all_there_is_is_refused(tmp_path: Path, kind: str) -> None:
    tree = {"hw2.ipynb": b'{"cells": [\n<<<<<<< HEAD\n'}
    path = put(tmp_path / "w", tree)
    path = {"notebook": path / "hw2.ipynb", "folder": path, "zip": tmp_path / "w.zip"}[kind]
    as_zip(tmp_path / "w.zip", tree)
    with pytest.raises(HandInError) as caught:
        read(path)
    assert caught.value.message.startswith("'hw2.ipynb' holds the marks of a merge conflict (line")


def test_what_is_missing_names_modules_and_notebooks(tmp_path: Path) -> None:
    with pytest.raises(PackageRootMissing) as caught:
        read(put(tmp_path, {"a.txt": b""}))
    assert "any of 'hw2.py', and no notebook named '*hw2*' or '*.ipynb', was found" in (
        caught.value.message
    )
    with pytest.raises(PackageRootMissing, match=r"is empty \(0 bytes\)"):
        read(put(tmp_path, {"x.ipynb": b"", "a.py": b"", "b.py": b""}))


def test_the_root_may_be_chosen_for_notebooks_too(tmp_path: Path) -> None:
    tree = {"a/hw2.ipynb": ONE, "b/x.txt": b""}
    assert read(put(tmp_path, tree), root="a").files == {"hw2.py": FILE}
    with pytest.raises(PackageRootMissing, match=r"has no folder 'b'"):
        read(tmp_path, root="b")


def test_limits_leave_notebooks_out_with_a_note(tmp_path: Path) -> None:
    tree = {"hw2.ipynb": ONE, "p1.ipynb": ONE + b" " * 500, "z.ipynb": ONE}
    limits = IntakeLimits(max_notebooks=2, max_notebook_bytes=400)
    for path in (put(tmp_path / "w", tree), as_zip(tmp_path / "w.zip", tree)):
        found = read(path, limits=limits)
        assert [each.path for each in found.notebooks] == ["hw2.ipynb"]
        assert any("'p1.ipynb' is" in note and "0.0 MiB (400" in note for note in found.notes)
        assert any(note.startswith("Only 2 of 3 notebooks were read.") for note in found.notes)
    with pytest.raises(HandInError, match=r"'p1.ipynb' is .*; the limit for a file of this kind"):
        read(tmp_path / "w" / "p1.ipynb", limits=limits)


def test_a_module_that_is_too_long_is_left_out(tmp_path: Path) -> None:
    found = read(put(tmp_path, {"hw2.ipynb": ONE}), limits=IntakeLimits(max_file_bytes=10))
    assert "hw2.py" not in found.files
    assert any("'hw2.ipynb' was not read as hw2.py: its code is" in note for note in found.notes)


class TestAnswers:
    def test_a_sheet_is_read_and_belongs_to_the_digest(self, tmp_path: Path) -> None:
        tree = {"hw2.py": b"x", "answers.yaml": b"a: [1, x]\n", "other.yaml": b"b: 1"}
        found = read(put(tmp_path, tree))
        assert found.answers == {"a": [1, "x"]}
        (sheet,) = (each for each in found.documents if each.path == "answers.yaml")
        assert found.digest == digest_of(found.files, [sheet]) != digest_of(found.files)

    def test_without_rules_there_is_no_sheet(self, tmp_path: Path) -> None:
        tree = {"hw2.py": b"x", "answers.yaml": b"a: 1", "n.ipynb": answering("answers: {a: 2}")}
        found = read(put(tmp_path, tree), answers=())
        assert found.answers == {}
        assert not any("answers" in note for note in found.notes)

    def test_a_mistake_is_a_note(self, tmp_path: Path) -> None:
        tree = {"hw2.py": b"x", "d/answers.yaml": b"a: 1\nb: [\n"}
        found = read(put(tmp_path, tree))
        assert found.answers == {}
        assert "The answers in 'd/answers.yaml' were not read, so there" in " ".join(found.notes)

    def test_a_sheet_that_is_too_long_is_a_note(self, tmp_path: Path) -> None:
        tree = {"hw2.py": b"x", "answers.yaml": b"a: 12345"}
        found = read(put(tmp_path, tree), limits=IntakeLimits(max_answers_bytes=5))
        assert found.answers == {}
        assert "'answers.yaml' is larger than 0.0 MiB (5 bytes)" in " ".join(found.notes)

    def test_a_marked_cell_stands_in(self, tmp_path: Path) -> None:
        tree = {"hw2.ipynb": ONE, "t.ipynb": answering("answers:\n  a: 2 x 2\n")}
        found = read(put(tmp_path, tree))
        assert found.answers == {"a": "2 x 2"}
        assert "The answers were read from 't.ipynb', cell 1." in found.notes

    def test_a_mistake_in_a_marked_cell_names_it(self, tmp_path: Path) -> None:
        found = read(put(tmp_path, {"hw2.ipynb": ONE, "t.ipynb": answering("answers: [")}))
        assert any("in 't.ipynb', cell 1 were not read" in note for note in found.notes)
