"""What was read in one process arrives in another, and forgeries are refused."""

from __future__ import annotations

import gc
import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import HandInError
from grader.handin.documents import Documents, Wanted
from grader.handin.model import IntakeLimits
from grader.handin.notebook import Cell, Notebook, Picture
from grader.handin.packed_documents import (
    _At,
    _packed,
    read_packed_documents,
    unpack_documents,
)


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    yield
    gc.enable()


LIMITS = asdict(IntakeLimits())
CELLS = (
    Cell(1, "markdown", "# é", pictures=(Picture("svg", 3, 4),)),
    Cell(2, "code", "x", -1, "shown", (Picture("png", 5, 6, 7), Picture("jpeg")), "KeyError", 3),
    Cell(3, "raw", ""),
)
WANTED = Wanted(("a.ipynb",))


def packed(**changes: Any) -> dict[str, Any]:
    notebook = {**_packed(Notebook("a.ipynb", CELLS, language="r")), **changes}
    sheet = '{"a": [[1, 2]]}'
    return {"notebooks": {"a.ipynb": notebook}, "refused": {}, "answers": sheet, "notes": ["n"]}


def test_a_notebook_arrives_as_it_was() -> None:
    notebook = Notebook("a.ipynb", CELLS, language="r")
    assert unpack_documents(packed(), WANTED) == Documents((notebook,), {}, {"a": [[1, 2]]}, ("n",))
    empty = {"a.ipynb": _packed(Notebook("a.ipynb", ()))}
    found = unpack_documents({**packed(), "notebooks": empty}, WANTED)
    assert found.notebooks == (Notebook("a.ipynb", ()),)


@pytest.mark.parametrize("is_archive", [True, False])
def test_files_are_read_through_their_descriptors(tmp_path: Path, is_archive: bool) -> None:
    content = json.dumps({"cells": [{"cell_type": "code", "source": "x"}]}).encode()
    files = {"a.ipynb": content, "answers.yaml": b"a: 1"}
    for name, each in files.items():
        (tmp_path / name).write_bytes(each)
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        for name in files:
            archive.write(tmp_path / name, name)
    names = ["w.zip"] if is_archive else list(files)
    handles = [os.open(tmp_path / name, os.O_RDONLY) for name in names]
    try:
        given = (["a.ipynb"], "answers.yaml", True)
        found = read_packed_documents(handles, is_archive, given, LIMITS)
        small = {**LIMITS, "max_notebook_bytes": 10}
        refused = read_packed_documents(handles, is_archive, given, small)
    finally:
        for handle in handles:
            os.close(handle)
    asked = Wanted(("a.ipynb",), "answers.yaml")
    assert unpack_documents(found, asked).notebooks[0].cells == (Cell(1, "code", "x"),)
    assert found["answers"] == '{"a": 1}'
    assert (
        "; the limit for a file of this kind is"
        in unpack_documents(refused, asked).refused["a.ipynb"]
    )


def test_an_archive_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.zip"
    path.write_bytes(b"PK")
    with path.open("rb") as file:
        found = read_packed_documents([file.fileno()], True, ([], "", False), LIMITS)
    with pytest.raises(HandInError, match=r"^'hand-in.zip' is damaged"):
        unpack_documents(found, WANTED)


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        ({**packed(), "answers": "[1]"}, "the answers are no mapping of plain values"),
        ({**packed(), "answers": {"a": 1}}, "the answers are no text"),
        ({**packed(), "answers": "[" * 100_000}, "the answers are nested without end"),
        ({**packed(), "refused": {"b.ipynb": "x"}}, "a notebook was not asked for"),
        ({**packed(), "notes": [3]}, "a sentence is no text"),
        (packed(language=3), "the language is no text"),
        (packed(cells=np.zeros((3, 7))), "the cells are no table of whole numbers"),
        (packed(cells=np.zeros((3, 6), dtype=np.int64)), "the cells are no table"),
        (packed(cells=np.full((1, 7), -1)), "a cell has fewer than no parts"),
        (packed(pictures=np.full((3, 4), 9)), "a picture has no size"),
        (packed(contents=np.zeros(2, np.uint8)), "the sizes are not those of the contents"),
    ],
)
def test_forgeries_are_refused(forged: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        unpack_documents(forged, WANTED)


def test_a_file_is_read_from_a_place_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    with path.open("rb") as file:
        ours = io.BufferedReader(_At(file.fileno()))
        file.seek(7)
        assert (ours.read(3), ours.seek(-2, os.SEEK_END), ours.read()) == (b"012", 8, b"89")
        assert ours.fileno() == file.fileno()
        assert file.read() == b"789"
        with pytest.raises(OSError, match="a place before the beginning of the file"):
            _At(file.fileno()).seek(-1)
