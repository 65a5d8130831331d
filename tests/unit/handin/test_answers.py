"""Answer sheets are read as plain values; mistakes are said with their line."""

from __future__ import annotations

from typing import Any

import pytest

from grader.handin.answers import (
    SheetMistake,
    decoded,
    first_sheet,
    is_answers,
    marked_cell,
    quoted_place,
    read_answers,
)
from grader.handin.notebook import Cell

SHEET = """\
# answers of task 1
1a: 42
1b: [252, 252.5, 9×9]
1c: {rows: 3, cols: ~}
1d: 93.06 %
1e: 250 x 250
1f: true
2: "a: b"
no: yes
hex: 0x1f
day: 2020-01-01
many: 99999999999999999999
zero: 010
"""


def test_a_sheet_is_read_as_it_is_written() -> None:
    assert read_answers(SHEET) == {
        "1a": 42,
        "1b": [252, 252.5, "9×9"],
        "1c": {"rows": 3, "cols": None},
        "1d": "93.06 %",
        "1e": "250 x 250",
        "1f": True,
        "2": "a: b",
        "no": "yes",
        "hex": 31,
        "day": "2020-01-01",
        "many": 1e20,
        "zero": 10,
    }


@pytest.mark.parametrize("text", ["", "# nothing\n", "answers:\n", "answers: {}", "~"])
def test_an_empty_sheet_has_no_answers(text: str) -> None:
    assert read_answers(text) == {}


def test_answers_may_lie_below_one_key() -> None:
    assert read_answers("answers:\n  a: 1\n") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: *x\n", "line 2: `*` refers to another place of the sheet. Write the answer out"),
        ("a: !!int 3\n", "line 1: `!` gives the answer a type. Leave that away"),
        ("a: 1\na: 2\n", "line 2: 'a' is there twice. Keep one of them."),
        ("a: [1\nb: 2\n", "line 2: expected ',' or ']'"),
        ("a: b: c\n", "line 1: mapping values are not allowed here. Indent with spaces, and put"),
        ("\ta: 1\n", "line 1: found character '\\t' that cannot start any token"),
        ("- 1\n", "line 1: it has no keys. Write one line for each answer, such as `1a: 42`"),
        ("42", "line 1: it has no keys."),
        ("[" * 7, "line 1: it is nested more than 6 levels deep. Keep to the template's form."),
        ("[" * 100_000, "line 1: it is nested more than 6 levels deep."),
        ("a: [" + "1," * 1001 + "]", "line 1: it has more than 500 values. Keep to the template's"),
        ("? [a]\n: 1\n", "line 1: a key has to be one word, such as `1a`. Write it so."),
        ("a: \x01\n", "special characters are not allowed. Write it anew with a plain editor."),
        ("a: 1\n---\nb: 2\n", "line 2: but found another document"),
    ],
)
def test_a_mistake_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(SheetMistake) as caught:
        read_answers(text)
    assert said in str(caught.value)


def test_windows_saves_sheets_as_utf_16() -> None:
    assert decoded("a: é".encode("utf-16")) == "a: é"
    assert decoded(b"\xef\xbb\xbfa: 1") == "a: 1"
    with pytest.raises(SheetMistake, match=r"^line 2: it is not UTF-8 \(byte 0xe9\)\. Save it as"):
        decoded("a: 1\nb: é".encode("latin-1"))


@pytest.mark.parametrize(
    "source",
    ["answers:\n  a: 1", "  answers: {a: 1}", "My answers:\n\n```yaml\nanswers:\n  a: 1\n```\n"],
)
def test_a_marked_cell_stands_in_for_the_sheet(source: str) -> None:
    cells = [Cell(1, "markdown", "The answers: see below"), Cell(2, "raw", source)]
    found = marked_cell(cells)
    assert found is not None
    assert found[0] == 2
    assert read_answers(found[1]) == {"a": 1}


def test_other_cells_do_not() -> None:
    cells = [Cell(1, "markdown", "a) 42"), Cell(2, "markdown", "```yaml\na: 1\n```")]
    assert marked_cell(cells) is None


def test_the_sheet_nearest_to_the_top_counts() -> None:
    paths = ["a/b/answers.yaml", "z/Answers.yaml", "other.yaml"]
    assert first_sheet(paths, ["answers.yaml"]) == "z/Answers.yaml"
    assert first_sheet(paths, []) is None


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"a": [1, 2.5, None, True, "x", {"b": ()}]}, True),
        ([], False),
        ({1: 2}, False),
        ({"a": b"x"}, False),
        ({"a": [1] * 501}, False),
        ({"a": [[[[[[[[1]]]]]]]]}, False),
    ],
)
def test_what_comes_from_elsewhere_is_looked_at(value: Any, fits: bool) -> None:
    assert is_answers(value) is fits


def test_a_note_says_where_and_what_to_do() -> None:
    assert quoted_place("'a.yaml'", SheetMistake("line 1: no.")) == (
        "The answers in 'a.yaml' were not read, so there are none: line 1: no. Then hand in again."
    )
