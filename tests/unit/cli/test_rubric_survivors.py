"""How far an audit is, where there is no terminal."""

from __future__ import annotations

import pytest

from grader.audit.conduct import Step
from grader.cli import rubric_survivors
from grader.cli.rubric_survivors import _Lines


def test_a_line_now_and_then_says_how_much_is_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 0.0
    monkeypatch.setattr(rubric_survivors.time, "monotonic", lambda: now_s)
    lines = _Lines()
    lines(Step(0, 100))
    now_s = 10.0
    lines(Step(10, 100))
    now_s = 30.0
    lines(Step(25, 100))
    now_s = 31.0
    lines(Step(26, 100))
    assert capsys.readouterr().err == "25 of 100 wrong solutions, about 90 s left\n"
