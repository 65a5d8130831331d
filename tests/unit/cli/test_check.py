"""`grader check`: a student's run, from a folder to a rendering."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from grader.errors import HandInNotFound, RubricNotFound
from grader.records import Outcome
from grader.report.storage import read_report_json

Run = Callable[..., Result]


def test_a_perfect_run_prints_a_few_lines_and_ends_with_zero(grader: Run, stages: Any) -> None:
    result = grader("check")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert (
        result.stdout
        == """\
✓ 8 of 8 visible points · 2.5 more are judged by hidden checks when graded: 8–10.5 of
  10.5

✓ 2 passed: affine, relu
  1.0 s · practice run: the hand-in ran in a plain separate process
"""
    )
    assert stages.loaded == ["/rubrics/hw1/rubric.yaml"]
    (how,), (service,) = stages.read, stages.services
    assert how == {"path": ".", "root": None, "service": service}
    (request,) = stages.requests
    assert (request.mode, request.only, request.sandbox) == ("check", (), "auto")
    assert not hasattr(request, "secret")


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.PASSED, 0),
        (Outcome.FAILED, 1),
        (Outcome.SKIPPED, 1),
        (Outcome.NOT_RUN_HERE, 0),
        (Outcome.UNJUDGED, 3),
    ],
)
def test_the_exit_code_says_what_became_of_the_work(
    grader: Run, stages: Any, outcome: Outcome, code: int
) -> None:
    stages.outcome = outcome
    assert grader("check").exit_code == code


def test_the_options_reach_the_stages(grader: Run, stages: Any, tmp_path: Path) -> None:
    arguments = ("--root", "code/hw", "--only", "relu, affine", "--only", "net")
    grader("check", tmp_path, *arguments, "--sandbox", "off", "--assignment", "hw2")
    assert stages.loaded == ["/rubrics/hw2/rubric.yaml"]
    assert stages.read[0]["path"] == str(tmp_path)
    assert stages.read[0]["root"] == "code/hw"
    assert stages.requests[0].only == ("relu", "affine", "net")
    assert stages.requests[0].sandbox == "off"


def test_a_rubric_file_takes_the_place_of_an_assignment(grader: Run, stages: Any) -> None:
    assert grader("check", "--rubric", "mine.yaml").exit_code == 0
    assert stages.loaded == ["mine.yaml"]


def test_a_rubric_file_and_an_assignment_are_one_too_many(grader: Run, stages: Any) -> None:
    result = grader("check", "--rubric", "mine.yaml", "--assignment", "hw1")
    assert result.exit_code == 2
    assert "Give --assignment or --rubric, not both." in result.stderr


@pytest.fixture
def unguessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stages: Any) -> Path:
    """A folder that is of no assignment; its name is odd."""
    monkeypatch.chdir(tmp_path)
    stages.guess = None
    folder = tmp_path / "wo\x1b[2Jrk"
    folder.mkdir()
    return folder


def test_an_assignment_that_cannot_be_guessed_lists_the_choices(
    grader: Run, unguessed: Path
) -> None:
    (unguessed / "main.py").touch()
    result = grader("check", unguessed.name)
    assert result.exit_code == 2
    assert result.stderr == (
        "grader: Which assignment 'wo\\x1b[2Jrk' belongs to cannot be told from its files. "
        "Give --assignment ID; the assignments are:\n  hw1\n  hw2\n"
    )


def test_where_there_is_nothing_to_guess_from_that_is_said(grader: Run, unguessed: Path) -> None:
    result = grader("check", unguessed.name)
    assert result.exit_code == 2
    assert result.stderr == (
        "grader: No Python file and no notebook was found in 'wo\\x1b[2Jrk', so which assignment "
        "it belongs to cannot be told. Give the path of the assignment's folder, or --assignment "
        "ID; the assignments are:\n  hw1\n  hw2\n"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no hand-in at 'hw.zip': No such file or directory."),
        (b"Rar!\x1a\x07\x01\x00", "'hw.zip' is a RAR archive; a hand-in is a folder or a zip"),
        (b"PK\x03\x04 cut", "'hw.zip' is damaged (File is not a zip file), perhaps by an upload"),
        (b"<!DOCTYPE html>", "'hw.zip' is a web page, such as one that asks to log in; a"),
    ],
)
def test_what_is_no_hand_in_is_not_asked_for_its_assignment(
    grader: Run, unguessed: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        Path("hw.zip").write_bytes(content)
    result = grader("check", "hw.zip")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"grader: {said}")


def test_without_any_assignment_there_is_nothing_to_list(
    grader: Run, stages: Any, unguessed: Path
) -> None:
    stages.ids = ()
    (unguessed / "main.py").touch()
    assert grader("check", unguessed.name).stderr.endswith("Give --assignment ID.\n")


def test_the_report_is_written_beside_the_rendering(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    result = grader("check", "--json", tmp_path / "report.json")
    assert result.stdout.startswith("✓ 8 of 8 visible points")
    assert json.loads((tmp_path / "report.json").read_text())["mode"] == "check"


def test_a_run_that_is_ended_leaves_the_checks_that_it_had_finished(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    stages.grading_faults[tmp_path.name], stages.fault_after = KeyboardInterrupt(), 2
    file = tmp_path / "report.json"
    assert grader("check", tmp_path, "--json", file).exit_code == 130
    data = read_report_json(file)
    assert (data["finished"], data["mode"], data["signature"]) == (False, "check", "")
    outcomes = [one["outcome"] for one in data["criteria"]]
    assert outcomes == ["passed", "unjudged", "unjudged"]


@pytest.mark.parametrize("how", [(), ("--json", "-")])
def test_without_a_file_nothing_is_kept_meanwhile(
    grader: Run, stages: Any, how: tuple[str, ...]
) -> None:
    grader("check", *how)
    assert not any(stages.keepers)


def test_json_on_stdout_stands_alone(grader: Run, stages: Any) -> None:
    stages.outcome = Outcome.FAILED
    result = grader("check", "--json", "-")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["score"]["awarded"] == 0
    assert result.stderr == ""


def test_a_report_that_cannot_be_written_is_an_error_after_the_rendering(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    result = grader("check", "--json", tmp_path / "none" / "report.json")
    assert result.exit_code == 2
    assert result.stdout.startswith("✓ 8 of 8 visible points")
    assert "there is no folder" in result.stderr


def test_a_hand_in_or_rubric_that_cannot_be_read_ends_with_two(grader: Run, stages: Any) -> None:
    stages.faults["."] = HandInNotFound("There is no hand-in here.")
    result = grader("check")
    assert (result.exit_code, result.stderr) == (2, "grader: There is no hand-in here.\n")
    stages.rubric_faults["mine.yaml"] = RubricNotFound("There is no rubric here.")
    result = grader("check", "--rubric", "mine.yaml")
    assert (result.exit_code, result.stderr) == (2, "grader: There is no rubric here.\n")


def test_what_changed_since_the_last_run_comes_first(grader: Run, stages: Any) -> None:
    stages.outcome = Outcome.FAILED
    first = grader("check")
    assert "since the last run" not in first.stdout
    stages.outcome = Outcome.PASSED
    second = grader("check").stdout
    line = "  since the last run (just now): +8 points; now right: affine, relu\n\n✓ 8 of 8"
    assert second.startswith(line)
    assert grader("check").stdout.startswith("✓ 8 of 8")


def test_what_is_remembered_changes_no_byte_of_the_report(
    grader: Run, stages: Any, tmp_path: Path
) -> None:
    stages.outcome = Outcome.FAILED
    grader("check")
    stages.outcome = Outcome.PASSED
    piped = grader("check", "--json", "-").stdout
    stages.outcome = Outcome.FAILED
    grader("check")
    stages.outcome = Outcome.PASSED
    grader("check", "--json", tmp_path / "report.json")
    assert (tmp_path / "report.json").read_text() == piped


def test_a_damaged_memory_is_no_reason_to_fail(
    grader: Run, stages: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    grader("check")
    (file,) = (tmp_path / "grader" / "last-runs").iterdir()
    file.write_text("{")
    assert grader("check").stdout.startswith("✓ 8 of 8")
    assert json.loads(file.read_text())["assignment"] == "hw1"


def test_what_is_watched_is_told_to_a_person(grader: Run, stages: Any) -> None:
    result = grader("check", "--watch", "--json", "-")
    assert result.exit_code == 2
    assert "Give --watch or --json -, not both; --json FILE is kept up to date." in result.stderr
