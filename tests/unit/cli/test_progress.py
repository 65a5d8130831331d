"""Progress is a bar at a terminal and nothing anywhere else."""

from __future__ import annotations

import io

import pytest

from grader.cli.progress import Bar, Silence, progress
from grader.records import CheckResult, Outcome


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def finished(check_id: str) -> CheckResult:
    return CheckResult(check_id, "output", Outcome.PASSED, 1.0)


def test_a_pipe_sees_nothing() -> None:
    stream = io.StringIO()
    with progress(stream, "hw1") as observer:
        assert isinstance(observer, Silence)
        observer.planned(2)
        observer.finished(finished("affine/0"))
    assert stream.getvalue() == ""


def test_a_terminal_sees_how_far_the_run_is_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    with progress(stream, "hw\x1b[2J [red]") as observer:
        assert isinstance(observer, Bar)
        observer.planned(3)
        observer.finished(finished("affine/0"))
        observer.finished(finished("[red]relu/0"))
    shown = stream.getvalue()
    assert "2/3" in shown
    assert "[red]relu" in shown
    assert "hw\\x1b[2J [red]" in shown
    assert shown.rstrip().endswith("\x1b[2K")  # the bar is wiped when the run ends
