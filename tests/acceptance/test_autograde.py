"""`grader autograde` as a process: whatever ends it, valid results stay."""

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

from tests.acceptance.conftest import ASSIGNMENT, HANDIN, PROJECT

WALL_S = 120.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a kill there is not a signal")


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    given = ("--submission", HANDIN, "--results", folder, "--assignment", ASSIGNMENT)
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "grader",
            "autograde",
            *map(str, given),
            "--no-training",
            *arguments,
        ],
        env={**os.environ, "PYTHONPATH": str(PROJECT), "GRADER_SECRET": "of these tests"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def judged(folder: Path) -> int:
    """Counts the tests with a status; -1 while there are no results."""
    path = folder / "results.json"
    if not path.exists():
        return -1
    data: Any = json.loads(path.read_text(encoding="utf-8"))
    return sum("status" in test for test in data.get("tests", ()))


@pytest.mark.parametrize("count", [0, 5])
@pytest.mark.parametrize(("name", "code"), [("SIGKILL", -signal.SIGKILL), ("SIGTERM", 130)])
def test_a_run_that_is_ended_leaves_valid_results(
    tmp_path: Path, name: str, code: int, count: int
) -> None:
    run = start(tmp_path)
    end_s = time.monotonic() + WALL_S
    try:
        # Every state of the file that this sees has to be valid, too: `judged` reads it.
        while run.poll() is None and time.monotonic() < end_s and judged(tmp_path) < count:
            time.sleep(0.01)
        # Python itself has to be up before it can be asked to end.
        run.send_signal(signal.Signals[name])
        run.wait(WALL_S)
    finally:
        run.kill()
        run.wait()
    assert judged(tmp_path) >= count
    assert run.returncode == code
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert found["score"] >= 0
    assert "run the autograder again" in found["output"] or "Not finished" in found["output"]
    assert {path.name for path in tmp_path.iterdir()} <= {"results.json", "report.json"}


def test_a_run_that_is_too_late_names_what_it_did_not_reach(tmp_path: Path) -> None:
    assert start(tmp_path, "--deadline", "1").wait(WALL_S) == 3
    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    # On a fast machine checks are cut off, on a slow one the process.
    assert "time for the whole run (1 s)" in found["output"] or "its time was" in found["output"]
