"""Progress is a bar at a terminal and nothing anywhere else."""

from __future__ import annotations

import io

import pytest

from grader.checks.question import Progress
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
        observer.progressed(Progress("mlp/training", 0.5, 30.0, " 0.412"))
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


@pytest.mark.parametrize(
    ("share", "wall_s", "said"),
    [
        (0.25, 30.0, "mlp 0.412 25%, 90 s left"),
        (0.0, 2.0, "mlp 0.412 0%, 200 s left"),  # as if a hundredth were done
        (1.0, 120.0, "mlp 0.412 100%, 0 s left"),
    ],
)
def test_a_check_that_takes_long_says_how_far_it_is_and_when_it_ends_at_the_latest(
    monkeypatch: pytest.MonkeyPatch, share: float, wall_s: float, said: str
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    with progress(stream, "hw1") as observer:
        observer.planned(3)
        observer.finished(finished("affine/0"))
        observer.progressed(Progress("mlp/training", share, wall_s, " 0.412"))
    shown = stream.getvalue()
    assert said in shown
    assert "1/3" in shown  # it is not done yet


def test_names_from_a_rubric_are_cleaned_while_a_check_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    with progress(stream, "hw1") as observer:
        observer.progressed(Progress("[red]m\x1b[2Jlp/training", 0.5, 1.0, ""))
    assert "[red]m\\x1b[2Jlp 50%, 1 s left" in stream.getvalue()
