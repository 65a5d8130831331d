"""Archives are read in a worker, and whatever happens there is said about the archive."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import intake
from grader.errors import UnsafeArchive
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
        ("import os; os.abort()", "The process that read it ended the process that ran it (abort)"),
        ("while True: pass", "The process that read it did not finish within 0.5 s"),
        ("return {'sources': 1}", "What its reading gave makes no sense."),
        ("return 7", "What its reading gave makes no sense."),
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
    monkeypatch.setattr(intake, "_sources", lambda: {"handin/packed.py": overcome})
    monkeypatch.setattr(intake, "READING", Limits(wall_s=0.5))
    with pytest.raises(UnsafeArchive) as caught:
        read_for(RUBRIC, archive, None, service)
    assert caught.value.message.startswith("'work.zip' cannot be read as an archive. ")
    assert said in caught.value.message
    assert caught.value.message.endswith("open it once yourself, and hand that in.")
