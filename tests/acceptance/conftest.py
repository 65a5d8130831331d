"""The commands as real processes, for all acceptance tests that run them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
HANDIN = PROJECT / "tests" / "handins" / "base"
ASSIGNMENT = "umass_ece697ls_a1"

Grader = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def grader(tmp_path: Path) -> Grader:
    """Runs the command in an empty folder."""

    def run(
        *arguments: str | Path, how: tuple[str, ...] = ("-m", "grader"), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        here = tmp_path / "here"
        here.mkdir(exist_ok=True)
        inherited: Mapping[str, str] = {
            name: value for name, value in os.environ.items() if name != "GRADER_SECRET"
        }
        return subprocess.run(
            [sys.executable, *how, *map(str, arguments)],
            cwd=here,
            env={
                **inherited,
                "PYTHONPATH": str(PROJECT),
                "PYTHONUTF8": "1",
                # `check` remembers its last run there.
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
                **variables,
            },
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run
