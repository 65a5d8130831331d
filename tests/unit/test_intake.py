"""Archives are read in a worker, and whatever happens there is said about the archive."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import intake
from grader.errors import HandInError, UnsafeArchive
from grader.intake import read_for
from grader.records import HandInRules, Limits, Rubric
from grader.worker.service import WorkerService

RUBRIC = Rubric(1, "demo", "Demo", HandInRules(("pkg",)), ())


@pytest.fixture(scope="module")
def service() -> Iterator[WorkerService]:
    with WorkerService() as running:
        yield running


@pytest.fixture(autouse=True)
def _expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake.assignments, "expected_files", lambda rubric: ("layers.py",))


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / "pkg"
    folder.mkdir(parents=True)
    (folder / "layers.py").write_text("def f():\n    return 1\n", encoding="utf-8")
    return Path(shutil.make_archive(str(tmp_path / "work"), "zip", tmp_path / "work"))


def test_an_archive_is_the_hand_in_that_its_folder_is(
    archive: Path, service: WorkerService
) -> None:
    of_zip = read_for(RUBRIC, archive, None, service)
    of_folder = read_for(RUBRIC, archive.with_suffix(""), None, service)
    assert (of_zip.kind, of_folder.kind) == ("zip", "folder")
    assert of_zip.digest == of_folder.digest
    assert of_zip.files == of_folder.files
    assert of_zip.id == "work"


def test_what_is_wrong_with_an_archive_is_said_as_ever(
    tmp_path: Path, service: WorkerService
) -> None:
    path = tmp_path / "work.zip"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(UnsafeArchive, match=r"^'work.zip' is damaged .* hand that in\.$"):
        read_for(RUBRIC, path, None, service)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os; os.abort()", "Reading it ended the process that ran it (abort)"),
        ("while True: pass", "Reading it did not finish within 0.5 s"),
        ("return {'sources': 1}", "What was read of it does not fit together."),
        ("return 7", "What was read of it does not fit together."),
        ("raise OSError('no')", "raised OSError: 'no'"),
    ],
)
def test_an_archive_that_overcomes_its_reader_is_unreadable(
    archive: Path,
    service: WorkerService,
    monkeypatch: pytest.MonkeyPatch,
    body: str,
    said: str,
) -> None:
    overcome = f"def read_packed(*_args):\n    {body}\n".encode()
    monkeypatch.setattr(intake, "_sources", lambda modules: {"handin/packed.py": overcome})
    monkeypatch.setattr(intake, "READING", Limits(wall_s=0.5))
    with pytest.raises(UnsafeArchive) as caught:
        read_for(RUBRIC, archive, None, service)
    assert caught.value.message.startswith("'work.zip' cannot be read as an archive. ")
    assert said in caught.value.message
    assert caught.value.message.endswith("open it once yourself, and hand that in.")


def put_notebooks(folder: Path, *names: str) -> Path:
    cells = [{"cell_type": "code", "source": "x = 1"}]
    folder.mkdir(exist_ok=True)
    (folder / "layers.py").write_bytes(b"")
    for name in names:
        (folder / name).write_text(json.dumps({"nbformat": 4, "cells": cells}), encoding="utf-8")
    return folder


ASKING = Rubric(1, "demo", "Demo", HandInRules(("pkg",), answers=("answers.yaml",)), ())


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_notebooks_and_answers_are_read_apart(
    tmp_path: Path, service: WorkerService, kind: str
) -> None:
    path = put_notebooks(tmp_path / "work", "b.ipynb", "a.ipynb")
    (path / "answers.yaml").write_text("a: [1, 2.5, x, ~, true]\n", encoding="utf-8")
    (path / "bad.ipynb").write_bytes(b"{")
    if kind == "zip":
        path = Path(shutil.make_archive(str(path), "zip", path))
    found = read_for(ASKING, path, None, service)
    assert [each.path for each in found.notebooks] == ["a.ipynb", "b.ipynb"]
    assert found.notebooks[0].cells[0].source == "x = 1"
    assert found.answers == {"a": [1, 2.5, "x", None, True]}
    assert any(note.startswith("'bad.ipynb' ends in the middle") for note in found.notes)


def test_without_notebooks_and_answers_no_such_worker_is_started(
    archive: Path, service: WorkerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_other(library: str) -> WorkerService:
        raise AssertionError(library)

    monkeypatch.setattr(service, "for_library", no_other)
    assert list(read_for(ASKING, archive, None, service).files) == ["layers.py"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os; os.abort()", "Reading it ended the process that ran it (abort)"),
        ("return {'notebooks': 1}", "What was read of it does not fit together."),
        ("return 7", "What was read of it does not fit together."),
        ("raise OSError('no')", "raised OSError: 'no'"),
    ],
)
def test_a_notebook_that_overcomes_its_reader_is_left_out(
    tmp_path: Path,
    service: WorkerService,
    monkeypatch: pytest.MonkeyPatch,
    body: str,
    said: str,
) -> None:
    overcome = f"def read_packed_documents(*_args):\n    {body}\n".encode()
    sources = {"handin/packed_documents.py": overcome}
    monkeypatch.setattr(intake, "_sources", lambda modules: sources)
    found = read_for(RUBRIC, put_notebooks(tmp_path / "pkg", "a.ipynb"), None, service)
    assert found.notebooks == ()
    (note,) = found.notes
    assert note.startswith("'a.ipynb' cannot be read. ")
    assert said in note
    assert note.endswith("without what is not asked for, and hand that in.")


def test_one_that_overcomes_its_reader_takes_no_other_down(
    tmp_path: Path, service: WorkerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake._sources

    def sources(modules: tuple[str, ...]) -> dict[str, bytes]:
        found = real(modules)
        abort = b"__import__('os').abort() if 'bad' in path else None\n    plain = parse("
        name = "handin/documents.py"
        found[name] = found[name].replace(b"plain = parse(", abort)
        return found

    monkeypatch.setattr(intake, "_sources", sources)
    path = put_notebooks(tmp_path / "pkg", "a.ipynb", *(f"bad{n}.ipynb" for n in range(5)))
    (path / "answers.yaml").write_text("a: 1\n", encoding="utf-8")
    found = read_for(ASKING, path, None, service)
    assert [each.path for each in found.notebooks] == ["a.ipynb"]
    told = "It was not tried, because files before it ended the process that reads them."
    said = [note for note in found.notes if told in note]
    assert len(said) == 3  # two notebooks, and the sheet after them


def test_an_archive_that_cannot_be_read_again_is_refused(
    tmp_path: Path, service: WorkerService, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake._sources

    def sources(modules: tuple[str, ...]) -> dict[str, bytes]:
        found = real(modules)
        if "handin/documents" in modules:
            refusing = b"from grader.errors import HandInError\n\n\ndef open_archive(*_args):\n"
            found["handin/archive.py"] = refusing + b"    raise HandInError('It is gone.')\n"
        return found

    monkeypatch.setattr(intake, "_sources", sources)
    path = put_notebooks(tmp_path / "pkg", "a.ipynb")
    zipped = Path(shutil.make_archive(str(path), "zip", path))
    with pytest.raises(HandInError, match=r"^It is gone\.$"):
        read_for(RUBRIC, zipped, None, service)
