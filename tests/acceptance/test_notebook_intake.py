"""Notebooks as they are handed in: all are opened, or refused with a sentence, within one GiB."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import intake
from grader.errors import HandInError
from grader.handin import HandIn
from grader.intake import read_for
from grader.records import HandInRules, Rubric
from grader.worker.service import WorkerService

RULES = HandInRules(
    roots=("hw2",),
    accept=("folder", "zip", "notebook"),
    notebooks={"hw2.py": ("*hw2*", "*.ipynb")},
    answers=("answers.yaml",),
)
RUBRIC = Rubric(1, "demo", "Demo", RULES, ())
SOURCE = "def f():\n    return 1"
MIB = 2**20


@pytest.fixture(scope="module")
def service() -> Iterator[WorkerService]:
    with WorkerService() as running:
        yield running


@pytest.fixture(autouse=True)
def _expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake.assignments, "expected_files", lambda rubric: ("hw2.py",))


def cell(**more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": SOURCE, "outputs": [], "metadata": {}, **more}


def notebook(version: int = 4, minor: int = 5, **more: Any) -> dict[str, Any]:
    made = {"nbformat": version, "nbformat_minor": minor, "metadata": {}, "cells": [cell()]}
    return {**made, **more}


def old() -> dict[str, Any]:
    cells = [{"cell_type": "code", "input": SOURCE.splitlines(keepends=True), "outputs": []}]
    return {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


def read(folder: Path, content: bytes | dict[str, Any], service: WorkerService) -> HandIn:
    path = folder / "hw2_1_2.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_for(RUBRIC, path, None, service)


def nested(depth: int) -> bytes:
    deep = "[" * depth + "]" * depth
    text = json.dumps(notebook(metadata={"deep": "HERE"}))
    return text.replace('"HERE"', deep).encode()


@pytest.mark.parametrize(
    "content",
    [
        old(),
        notebook(4, 0),
        notebook(4, 2),
        notebook(4, 5),
        notebook(4, 5, cells=[cell(id="a"), {"cell_type": "markdown", "source": "x", "id": "a"}]),
        notebook(5, 0),
        notebook(cells=[{"cell_type": "code", "source": SOURCE}]),
        {"cells": [{"cell_type": "code", "source": SOURCE}]},
        notebook(metadata={"kernelspec": None}, unknown=[1]),
        nested(500),
    ],
)
def test_formats_and_gaps_are_opened(
    tmp_path: Path, service: WorkerService, content: bytes | dict[str, Any]
) -> None:
    found = read(tmp_path, content, service)
    assert dict(found.files) == {"hw2.py": f"# %% cell 1 of hw2_1_2.ipynb\n{SOURCE}\n".encode()}


WHOLE = json.dumps(notebook(), indent=1, ensure_ascii=False)
CONFLICT = WHOLE.replace("{\n", '{\n<<<<<<< HEAD\n "a": 1,\n=======\n>>>>>>> theirs\n', 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty (0 bytes), perhaps because an upload was cut short."),
        (WHOLE[:100].encode(), "ends in the middle (line "),
        (CONFLICT.encode(), "holds the marks of a merge conflict (line 2)"),
        (WHOLE.replace(",", "", 1).encode(), "is no JSON: line "),
        (WHOLE.encode("utf-16"), "is saved as UTF-16; notebooks are UTF-8."),
        (WHOLE.replace("def f", "# é").encode("latin-1"), "has the byte 0xe9."),
        (nested(10_000), "is nested too deeply to be a notebook."),
        (b"[1, 2]", "holds a list where a notebook has an object with cells."),
        (json.dumps(notebook(cells={})).encode(), "has cells that are no list"),
        # Each of these few bytes becomes an object of sixty: more than one GiB of them.
        (b'{"cells": [' + b"[]," * (20 * MIB) + b"0]}", "needs more memory than 1 GiB"),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_sentence(
    tmp_path: Path, service: WorkerService, content: bytes, said: str
) -> None:
    with pytest.raises(HandInError) as caught:
        read(tmp_path, content, service)
    assert caught.value.message.startswith("'hw2_1_2.ipynb' ")
    assert said in caught.value.message


def test_fifty_megabytes_of_outputs_are_opened_in_one_gib(
    tmp_path: Path, service: WorkerService
) -> None:
    noise = np.random.default_rng(1).bytes(MIB)
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + noise).decode()
    shown = {"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}}
    # One letter beyond the basic plane makes Python keep four bytes for each of the text.
    cells = [cell(outputs=[shown]) for _ in range(36)] + [cell(source="x = '\U0001f600'")]
    content = json.dumps(notebook(cells=cells), ensure_ascii=False).encode()
    assert len(content) > 50_000_000
    assert intake.READING.memory_mib == 1024  # which the kernel holds the reader to
    found = read(tmp_path, content, service)
    assert len(found.notebooks[0].cells) == 37
    assert found.files["hw2.py"].count(b"# %% cell ") == 37


def test_a_zip_with_nested_folders_several_notebooks_and_a_checkpoint(
    tmp_path: Path, service: WorkerService
) -> None:
    path = tmp_path / "ece046211_hw2_1_2.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b/hw2_part10.ipynb", json.dumps(notebook()))
        archive.writestr("a/b/hw2_part9.ipynb", json.dumps(old()))
        archive.writestr("a/b/.ipynb_checkpoints/hw2-checkpoint.ipynb", WHOLE)
        archive.writestr("a/notes.ipynb", "no notebook")
        archive.writestr("a/report.pdf", b"%PDF-1.4 /Type /Page\n%%EOF")
        archive.writestr("answers.yaml", "1a: 9×9\n")
    found = read_for(RUBRIC, path, None, service)
    assert (found.kind, found.name, found.root) == ("zip", "ece046211_hw2_1_2.zip", "a/b")
    marks = [line for line in found.files["hw2.py"].decode().splitlines() if line[0] == "#"]
    assert marks == ["# %% cell 1 of hw2_part9.ipynb", "# %% cell 1 of hw2_part10.ipynb"]
    assert found.answers == {"1a": "9×9"}
    assert any(note.startswith("'a/notes.ipynb' is no JSON: line 1") for note in found.notes)
    (report,) = (each for each in found.documents if each.format == "pdf")
    assert (report.pages, report.whole) == (1, True)
