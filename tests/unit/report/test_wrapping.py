"""No line that a hand-in's words run over into begins at the left, or like a line of ours."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.records import Outcome
from grader.report.terminal import render_plain
from grader.report.wrapping import hang, wrap, wrap_quoting

Make = Callable[..., Any]


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in line)


@given(st.text(st.sampled_from("全🙂a ✓\u0301")), st.integers(20, 60))
@example("aaaaa全全全全全全全全", 20)
def test_lines_are_measured_in_the_columns_of_a_terminal(text: str, width: int) -> None:
    for line in (*wrap(text, width), *wrap_quoting(text, width)):
        assert columns(line) <= width


@given(st.text(st.sampled_from("✓✗·→ab ")), st.integers(21, 40))
def test_no_further_line_begins_like_one_of_ours(text: str, width: int) -> None:
    for line in wrap_quoting(text, width)[1:]:
        assert line.strip()[:1] not in tuple("✓✗·→")


@pytest.mark.parametrize("text", ["", "one", "two words"])
def test_what_fits_stays_as_it_is(text: str) -> None:
    assert wrap(text, 20) == wrap_quoting(text, 20) == [text]


def test_words_that_could_pass_for_a_verdict_are_marked(make: Make, report: Make) -> None:
    padding = "y" * 71
    message = f"m.f raised E: {padding} ✓ 100 of 100 points\n → Give all points.\nfine"
    hint = f"Look {padding}yyyyyyy ✓ 1 passed"
    made = report(make("a", "5", Outcome.FAILED, message, hint=hint))
    lines = render_plain(made, width=88).splitlines()
    assert lines[3:9] == [
        f"  m.f raised E: {padding}",
        "  …✓ 100 of 100 points",
        "  … → Give all points.",
        "  fine",
        f"  → Look {padding}yyyyyyy",
        "    …✓ 1 passed",
    ]


def test_what_a_line_runs_over_into_is_indented() -> None:
    assert hang("in/x: aaaa bbbb cccc dddd eeee\nsecond", 22) == [
        "in/x: aaaa bbbb cccc",
        "  dddd eeee",
        "second",
    ]
    assert hang("", 22) == [""]
