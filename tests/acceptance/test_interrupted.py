"""A run that is killed leaves a report that says so, with every check that it had finished."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grader.report.signature import SignatureState, check_signature
from grader.report.storage import read_report_json
from grader.unfinished import NOT_FINISHED
from tests.acceptance.conftest import ASSIGNMENT, HANDIN, PROJECT
from tests.acceptance.fault_processes import children

KEY = "the secret of these tests"
WALL_S = 120.0
TIMES = ("wall_s", "cpu_s")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a kill there is not a signal")


def start(command: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "GRADER_SECRET": KEY}
    # Two trainings never tell quite the same, and these tests compare two runs.
    given = (command, HANDIN, "--assignment", ASSIGNMENT, "--no-training", *arguments)
    return subprocess.Popen(
        [sys.executable, "-m", "grader", *map(str, given)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def checks(data: Any) -> dict[str, Any]:
    return {check["id"]: check for one in data["criteria"] for check in one["checks"]}


def finished(data: Any) -> dict[str, Any]:
    """Lists what is judged in a report, less what two runs need not have in common."""
    return {
        name: {key: value for key, value in check.items() if key not in TIMES}
        for name, check in checks(data).items()
        if check["outcome"] not in ("unjudged", "not_run_here")
    }


def left_open(data: Any) -> set[str]:
    """Names the checks that no run judges: trainings that are not asked for, and a person's."""
    return {name for name, check in checks(data).items() if check["outcome"] == "not_run_here"}


def end_after(run: subprocess.Popen[bytes], file: Path, count: int, number: int) -> Any:
    """Sends a signal to a run once so many checks stand in its report, and reads what it left."""
    end_s = time.monotonic() + WALL_S
    try:
        while run.poll() is None and time.monotonic() < end_s:
            if file.exists() and len(finished(read_report_json(file))) >= count:
                run.send_signal(number)
                break
            time.sleep(0.001)
        run.wait(WALL_S)
    finally:
        run.kill()
        run.wait()
    return read_report_json(file)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of a run that nothing happens to."""
    out = tmp_path_factory.mktemp("whole")
    assert start("grade", "--out", out).wait(WALL_S) == 0
    return read_report_json(out / f"{HANDIN.name}.json")


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(("name", "code"), [("SIGKILL", -signal.SIGKILL), ("SIGINT", 130)])
def test_a_run_that_is_ended_leaves_what_it_had_finished(
    tmp_path: Path, whole: Any, name: str, code: int, count: int
) -> None:
    run = start("grade", "--out", tmp_path)
    data = end_after(run, tmp_path / f"{HANDIN.name}.json", count, signal.Signals[name])
    assert run.returncode == code
    assert check_signature(data, KEY.encode()) is SignatureState.GENUINE

    judged, usual = finished(data), finished(whole)
    assert count <= len(judged) < len(usual)
    assert judged == {name: usual[name] for name in judged}
    assert left_open(data) <= left_open(whole)
    rest = checks(data).keys() - judged.keys() - left_open(data)
    said = {(check["outcome"], check["message"]) for check in map(checks(data).get, rest)}
    assert said == {("unjudged", NOT_FINISHED)}

    assert data["finished"] is False
    of_people = sum(check["kind"] == "manual" for check in checks(data).values())
    said = f"finished {len(judged)} of {len(usual) + of_people} checks"
    assert said in data["handin"]["notes"][0]
    score, true = data["score"], whole["score"]
    assert score["needs_review"] is True
    assert 0 < score["lower"] < true["awarded"] <= score["upper"] == score["possible"]
    for key in ("assignment", "mode", "environment", "trust"):
        assert data[key] == whole[key]
    assert data["handin"]["digest"] == whole["handin"]["digest"]
    # A kill in the very moment in which a report gets its name may leave that one behind.
    names = [path.name for path in tmp_path.iterdir()]
    assert [name for name in names if not name.endswith(".tmp")] == [f"{HANDIN.name}.json"]


def test_the_same_command_again_makes_the_report_whole(tmp_path: Path, whole: Any) -> None:
    file = tmp_path / f"{HANDIN.name}.json"
    end_after(start("grade", "--out", tmp_path), file, 1, signal.SIGKILL)
    assert start("grade", "--out", tmp_path).wait(WALL_S) == 0
    again = read_report_json(file)
    assert again["finished"] is whole["finished"] is True
    assert (again["score"], finished(again)) == (whole["score"], finished(whole))
    assert again["handin"] == whole["handin"]


@pytest.mark.skipif(sys.platform != "linux", reason="finds the grader's processes in /proc")
def test_a_run_that_dies_before_its_first_check_destroys_no_report(tmp_path: Path) -> None:
    file = tmp_path / f"{HANDIN.name}.json"
    file.write_text("an older report")
    run = start("grade", "--out", tmp_path)
    while run.poll() is None and not children(run.pid):
        time.sleep(0.001)
    run.kill()
    run.wait()
    if file.read_text() != "an older report":  # it was quicker than the signal
        assert finished(read_report_json(file))


def test_a_students_run_leaves_what_it_had_finished(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    data = end_after(start("check", "--json", file), file, 5, signal.SIGKILL)
    assert (data["finished"], data["mode"], data["signature"]) == (False, "check", "")
    outcomes = {check["outcome"] for check in checks(data).values()}
    assert outcomes == {"passed", "unjudged", "not_run_here"}
    assert all(check["outcome"] != "unjudged" for check in hidden(data))


def hidden(data: Any) -> list[Any]:
    found = [check for check in checks(data).values() if check["visibility"] != "visible"]
    assert found, "the assignment has hidden checks"
    return found


def test_no_moment_shows_a_report_that_is_half_or_wrong(tmp_path: Path, whole: Any) -> None:
    file = tmp_path / f"{HANDIN.name}.json"
    run = start("grade", "--out", tmp_path)
    usual = finished(whole)
    seen: set[int] = set()
    try:
        while run.poll() is None:
            if file.exists():
                data = json.loads(file.read_text())
                assert check_signature(data, KEY.encode()) is SignatureState.GENUINE
                judged = finished(data)
                assert judged == {name: usual[name] for name in judged}
                assert data["finished"] or data["score"]["needs_review"]
                seen.add(len(judged))
    finally:
        run.kill()
        run.wait()
    assert len(seen) > 10
    assert read_report_json(file)["finished"] is True
