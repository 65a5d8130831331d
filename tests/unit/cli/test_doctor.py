"""`grader doctor`: facts about a machine, what they mean, and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

import grader.cli.doctor as doctor
from grader import isolation
from grader.cli.doctor import Machine, examine, lines_of, look, try_isolation
from grader.errors import SandboxMissing, WorkerDidNotStart
from grader.records import Trust
from grader.worker.sandbox import EXTRA, LAYERS_A, MEANINGS

Run = Callable[..., Result]

HELD = ("landlock", "seccomp")
FULL = Machine(
    python=(3, 12, 1),
    numpy="2.0",
    torch="2.13",
    tensorflow="2.21",
    platform="Linux 6.1, x86_64",
    cores=4,
    can_fork=True,
    trust=Trust("B", True, HELD, ("bubblewrap",), ("fork", "raise_limit"), ()),
    unwrapped_because="it is not installed",
)


def told(machine: Machine) -> str:
    lines = lines_of(examine(machine), 88)
    return "".join("".join(span.text for span in line) + "\n" for line in lines)


def test_every_layer_is_told_with_what_it_does_and_what_it_needs() -> None:
    text = told(FULL)
    assert text.startswith(
        """\
✓ Python 3.12.1
✓ NumPy 2.0
✓ PyTorch 2.13
✓ TensorFlow 2.21
✓ Linux 6.1, x86_64, 4 usable cores
✓ fork: available
  Workers start in milliseconds.
✓ isolation: tier B, good for scores
○ separate process: the hand-in runs in a process of its own
"""
    )
    assert (
        "✓ seccomp: it can make no process, no socket, and no system call that it does not need\n"
        in text
    )
    assert (
        """
○ bubblewrap: files, processes and network outside of it do not exist for it
  Here: it is not installed.
  → It needs the package bubblewrap, and user namespaces, which most containers refuse.
"""
        in text
    )
    assert text.endswith(
        """
✓ 2 forbidden acts were tried, and all were refused
  fork, raise limit
"""
    )


def test_a_machine_without_isolation_is_good_for_practice() -> None:
    trust = Trust("C", False, ("landlock",), ("seccomp",), ("tcp",), ("fork",))
    text = told(replace(FULL, trust=trust))
    assert "○ isolation: tier C, good for practice only\n" in text
    assert text.endswith(
        """
○ 1 of 2 forbidden acts went through
  fork
"""
    )


def test_every_layer_of_the_sandbox_has_its_words() -> None:
    assert set(MEANINGS) == {*LAYERS_A, *EXTRA}


def test_what_is_missing_comes_with_its_meaning_and_a_remedy() -> None:
    bare = replace(FULL, python=(3, 10, 0), numpy=None, torch=None, tensorflow=None)
    bare = replace(bare, can_fork=False)
    bare = replace(bare, trust=None, unwrapped_because="The worker process did not start.")
    assert (
        told(bare)
        == """\
✗ Python 3.10.0
  The grader needs Python 3.11 or newer.
  → Install Python 3.11 and make a new virtual environment with it.
✗ NumPy: not found
  Nothing can be graded.
  → pip install numpy
○ PyTorch: not found
  Checks that need it are reported as not run here; all others work.
  → pip install "grader[torch]"
○ TensorFlow: not found
  Checks that need it are reported as not run here; all others work.
  → pip install "grader[tensorflow]"
✓ Linux 6.1, x86_64, 4 usable cores
○ fork: not available
  Workers cannot be forked on this system.
  → Use Linux, a container, or WSL 2 on Windows.
✗ isolation: no worker could be started
  The worker process did not start.
  → Reinstall the grader in a fresh virtual environment.
"""
    )


def test_this_machine_is_looked_at_without_importing_torch(
    grader: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    result = grader("doctor")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"✓ Python {'.'.join(map(str, sys.version_info[:3]))}\n✓ NumPy")
    assert "torch" not in sys.modules


def test_isolation_is_tried_with_a_real_worker() -> None:
    trust, unwrapped_because = try_isolation()
    assert trust is not None
    assert trust.tier in {"A", "B", "C"}
    assert "separate_process" in trust.held
    assert ("bubblewrap" in trust.held) == (unwrapped_because == "")


@pytest.mark.parametrize("error", [WorkerDidNotStart("No."), SandboxMissing("No.")])
def test_a_worker_that_does_not_start_is_no_crash(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse() -> None:
        raise error

    monkeypatch.setattr(isolation, "self_test", refuse)
    assert try_isolation() == (None, "No.")


def test_a_machine_that_cannot_grade_ends_with_three(
    grader: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "look", lambda: replace(FULL, numpy=None))
    assert grader("doctor").exit_code == 3


def test_cores_are_counted_where_affinity_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert look().cores == 1
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert look().cores == 6


def test_a_package_that_is_not_installed_has_no_version() -> None:
    assert doctor._version_of("no-such-package-anywhere") is None
