"""Text a student controls cannot hide anything from, or do anything to, a reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.plain_text import MAX_MARKS, clean_text, is_plain, quote, quote_if_odd, quote_some


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("layers.py", "layers.py"),
        ("Übung 3 – Lösung 你好 🙂", "Übung 3 – Lösung 你好 🙂"),
        ("\x1b[2J\x1b[32mpassed", r"\x1b[2J\x1b[32mpassed"),
        ("0 of 5\r5 of 5", r"0 of 5\x0d5 of 5"),
        ("a\nb\tc", r"a\x0ab\x09c"),
        ("\u202eyp.tset", r"\u202eyp.tset"),
        ("lay\u200bers", r"lay\u200bers"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u3164b\ufe0f\u2800", r"a\u3164b\ufe0f\u2800"),
        ("\udcff", r"\udcff"),
        ("\U000e0041", r"\U000e0041"),
        ("line\u2028end", r"line\u2028end"),
        ("\U0001d159\U00016fe4", r"\U0001d159\U00016fe4"),
        ("Vie\u0323\u0302t", "Vie\u0323\u0302t"),
        ("\u0338=", r"\u0338="),
        ("o" + "\u0301" * (MAX_MARKS + 2), "o" + "\u0301" * MAX_MARKS + r"\u0301\u0301"),
    ],
)
def test_what_is_hidden_becomes_visible(text: str, shown: str) -> None:
    assert clean_text(text, 100) == shown


def test_long_text_is_cut_and_says_by_how_much() -> None:
    assert clean_text("x" * 12, 10) == "xxxxxxxxxx… (+2 characters)"
    assert clean_text("x" * 10, 10) == "xxxxxxxxxx"


def test_output_of_several_lines_keeps_its_lines_and_nothing_else() -> None:
    assert clean_text("a\n\tb\r\x1b", 100, keep_lines=True) == "a\n\tb\\x0d\\x1b"
    assert clean_text("a\n\u0301b", 100, keep_lines=True) == "a\n\\u0301b"


@given(st.text(st.characters(categories=None)), st.integers(0, 50))
def test_whatever_comes_in_every_character_that_goes_out_is_plain(text: str, limit: int) -> None:
    shown = clean_text(text, limit)
    assert all(is_plain(c) for c in shown)
    assert len(shown) <= 10 * limit + 30
    shown.encode()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("O'Brien", '"O\'Brien"'),
        ('the "final"', "'the \"final\"'"),
        ("a'. You \"passed\". '", r"""'a\x27. You "passed". \x27'"""),
    ],
)
def test_a_name_cannot_close_its_quotation_marks(name: str, shown: str) -> None:
    assert quote(name) == shown


@given(st.text(st.characters(categories=None), max_size=30))
def test_quotation_marks_stand_at_both_ends_and_nowhere_between(name: str) -> None:
    shown = quote(name)
    assert shown[0] == shown[-1]
    assert shown[0] in "'\""
    assert shown[0] not in shown[1:-1]


@pytest.mark.parametrize("name", ["alice", "../in/zoë_2.tar.zip", "hw-1"])
def test_a_plain_name_stands_as_it_is(name: str) -> None:
    assert quote_if_odd(name) == name


@pytest.mark.parametrize("name", ["", "a b", "a:", "✓", "x\x1b", "bob  100 of 100 points"])
def test_a_name_that_could_pass_for_words_is_quoted(name: str) -> None:
    assert quote_if_odd(name) == quote(name)
    assert quote_if_odd("a" * 9, 8) == "'aaaaaaaa… (+1 characters)'"


def test_names_are_quoted_and_counted() -> None:
    assert quote("a\x07b") == r"'a\x07b'"
    assert quote("abc", 2) == "'ab… (+1 characters)'"
    assert quote_some(["a", "b"]) == "'a', 'b'"
    assert quote_some((n for n in "abcd"), 2) == "'a', 'b' and 2 more"
