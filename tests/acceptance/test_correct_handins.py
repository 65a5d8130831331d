"""Every folder in `handins/correct` is right in a way of its own, and gets every point.

A case is files that vary the base, as in `handins.py`, or a folder `handin` that holds all that was
handed in. `expected.json` says what is special about it, and may ask for two things more:

    zip     hand it in as an archive
    notes   words that the report's notes have to say
"""

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.records import Outcome
from tests.acceptance.handins import cases, compose, grade, lost, one_service, rubric

CORRECT = cases("correct")


def expectations(case: Path) -> dict[str, Any]:
    """Reads a case's `expected.json`."""
    data: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    return data


def hand_in(case: Path, folder: Path, as_zip: bool = False) -> Path:
    """Puts a case's hand-in into a folder, or packs it beside the folder."""
    if (case / "handin").is_dir():
        shutil.copytree(case / "handin", folder, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        compose(case, folder)
    return pack(folder) if as_zip else folder


def pack(folder: Path) -> Path:
    """Packs what is in a folder, hidden files too, into a zip of the same name."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return path


@pytest.fixture(scope="module", autouse=True)
def _service() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, one_service(patch):
        yield


@pytest.mark.parametrize("case", CORRECT, ids=lambda case: case.name)
def test_a_correct_handin_gets_every_point(case: Path, tmp_path: Path) -> None:
    wanted = expectations(case)
    report = grade(hand_in(case, tmp_path / "handin", wanted.get("zip", False)))
    assert lost(report) == {}, wanted["because"]
    assert report.score.awarded == report.score.possible == rubric().possible
    assert report.score.lower == report.score.upper
    assert not report.score.needs_review
    for criterion in report.criteria:
        if criterion.points:
            assert {check.outcome for check in criterion.checks} == {Outcome.PASSED}
    for words in wanted.get("notes", ()):
        assert words in "\n".join(report.handin.notes)
