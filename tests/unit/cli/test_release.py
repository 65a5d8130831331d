"""`grader release` writes a student's copy, or a platform's zip, and tells students no secret."""

import io
import zipfile

import pytest
from click.testing import CliRunner

from grader.cli import ExitCode, cli
from grader.recording import Recording
from grader.release import recorder

ID = "umass_ece697ls_a1"


@pytest.fixture
def run_cli():
    return lambda *arguments: CliRunner().invoke(cli, [str(part) for part in arguments])


@pytest.fixture
def recorded(monkeypatch):
    monkeypatch.setattr(
        recorder, "record_reference", lambda rubric: Recording(rubric.assignment, "0.1.0")
    )


def test_a_students_copy_is_a_folder_and_a_zip_of_it(run_cli, recorded, tmp_path):
    done = run_cli("release", ID, "--out", tmp_path / "out")
    assert done.exit_code == ExitCode.FULL_CREDIT, done.output
    folder = tmp_path / "out" / ID
    with zipfile.ZipFile(tmp_path / "out" / f"{ID}.zip") as archive:
        packed = {name.removeprefix(f"{ID}/"): archive.read(name) for name in archive.namelist()}
    written = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert packed == written
    assert {"README.md", ".grader/rubric.yaml", ".grader/recording.npz"} <= written.keys()
    assert "0 recorded answers, and nothing that is hidden" in done.output


def test_a_copy_that_is_there_is_not_overwritten(run_cli, recorded, tmp_path):
    (tmp_path / ID).mkdir()
    done = run_cli("release", ID, "--out", tmp_path)
    assert done.exit_code == ExitCode.UNUSABLE
    assert "is there already, and may hold somebody's work" in done.output
    assert list(tmp_path.rglob("*")) == [tmp_path / ID]


def test_a_secret_does_not_go_to_students(run_cli, tmp_path):
    (tmp_path / "secret.txt").write_text("s3cret")
    done = run_cli("release", ID, "--out", tmp_path, "--secret-file", tmp_path / "secret.txt")
    assert done.exit_code == ExitCode.UNUSABLE
    assert "A secret never goes into a student's copy" in done.output


def test_the_platforms_zip_holds_all_that_grading_needs(run_cli, tmp_path):
    (tmp_path / "secret.txt").write_text("s3cret of the course\n")
    done = run_cli(
        "release", ID, "--gradescope", "--out", tmp_path, "--secret-file", tmp_path / "secret.txt"
    )
    assert done.exit_code == ExitCode.FULL_CREDIT, done.output
    assert "for staff alone" in done.output
    content = (tmp_path / f"{ID}_gradescope.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
    assert {"setup.sh", "run_autograder"} <= names
    assert any(name.endswith("reference/handin/ece662/layers.py") for name in names)


def test_a_students_copy_has_no_reference_to_ask(run_cli, recorded, tmp_path):
    assert run_cli("release", ID, "--out", tmp_path).exit_code == ExitCode.FULL_CREDIT
    rubric = tmp_path / ID / ".grader" / "rubric.yaml"
    done = run_cli("release", "--rubric", rubric, "--gradescope", "--out", tmp_path / "b")
    assert done.exit_code == ExitCode.UNUSABLE
    assert "is a student's copy" in " ".join(done.output.split())
