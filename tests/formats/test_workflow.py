"""The workflow that comes with an assignment runs its steps as GitHub would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

TEXT = files("grader.release").joinpath("workflow.yml").read_text(encoding="utf-8")
JOB: dict[str, Any] = YAML(typ="safe").load(TEXT)["jobs"]["grade"]

# Says which commands it got, and a line of a hand-in that would be one.
GRADER = """#!/bin/sh
echo "$@" >> "$RUNNER_TEMP/calls"
echo "::error::fake"
if [ "$1" = check ]; then echo '{}' > "$RUNNER_TEMP/report.json"; exit 1; fi
"""


def step(start: str) -> dict[str, Any]:
    (found,) = [one for one in JOB["steps"] if one.get("name", "").startswith(start)]
    return dict(found)


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """Variables of a runner, on whose path a `grader` stands that lost credit."""
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "grader").write_text(GRADER)
    (commands / "grader").chmod(0o755)
    (commands / "python").symlink_to(sys.executable)
    return {
        "PATH": f"{commands}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }


def run(script: str, machine: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, env=machine, capture_output=True, text=True, check=False)


def test_it_needs_no_secret_and_pins_its_actions() -> None:
    assert not re.search(r"\$\{\{[^}]*secrets", TEXT)
    assert YAML(typ="safe").load(TEXT)["permissions"] == {"contents": "read"}
    actions = [one["uses"] for one in JOB["steps"] if "uses" in one]
    assert len(actions) == 2
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", one) for one in actions)


def test_no_line_of_the_hand_in_is_a_command(machine: dict[str, str]) -> None:
    done = run(step("Check")["run"], machine)
    assert done.returncode == 0, done.stderr
    first, fake, last = done.stdout.splitlines()
    assert fake == "::error::fake"
    token = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", first)
    assert token is not None
    assert last == f"::{token[1]}::"
    assert Path(machine["GITHUB_OUTPUT"]).read_text() == "code=1\n"
    again = run(step("Check")["run"], machine)
    assert again.stdout.splitlines()[0] != first


def test_what_was_found_is_exported_if_there_is_a_report(machine: dict[str, str]) -> None:
    here = Path(machine["RUNNER_TEMP"])
    run(step("Say")["run"], machine)
    assert not (here / "calls").exists()
    (here / "report.json").write_text("{}")
    run(step("Say")["run"], machine)
    assert (here / "calls").read_text() == (
        f"export {here}/report.json --format github --classroom {here}/result.json\n"
    )


@pytest.mark.parametrize("code", ["0", "1", "3"])
def test_the_run_ends_as_the_check_did(machine: dict[str, str], code: str) -> None:
    assert step("Pass")["env"] == {"CODE": "${{ steps.check.outputs.code }}"}
    assert run(step("Pass")["run"], {**machine, "CODE": code}).returncode == int(code)
