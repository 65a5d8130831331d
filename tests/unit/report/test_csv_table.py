"""The table holds one line per report, numbers as numbers, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.plain_text import is_plain
from grader.records import Outcome
from grader.report.csv_table import CELL_CHARS, csv_table, safe_text
from grader.report.signature import SignatureState
from grader.report.summary import Summary, summarize

Make = Callable[..., Any]


@pytest.fixture
def row(make: Make, report: Make) -> Summary:
    made = report(make("a", "2.5"), make("b", "3", Outcome.UNJUDGED, "It died."), mode="grade")
    return summarize(made, SignatureState.GENUINE, "out/alice.json")


def test_a_report_is_a_line_of_quoted_texts_and_bare_numbers(row: Summary) -> None:
    other = replace(row, handin="bob", finished=False, needs_review=False)
    assert csv_table([row, other]) == (
        '"handin","assignment","mode","finished","awarded","bonus","possible","judged",'
        '"lower","upper","needs_review","tier","signature","digest","report"\n'
        '"alice","hw1","grade","yes",2.5,0,5.5,2.5,2.5,5.5,"yes","C","genuine","sha256:bb",'
        '"out/alice.json"\n'
        '"bob","hw1","grade","no",2.5,0,5.5,2.5,2.5,5.5,"no","C","genuine","sha256:bb",'
        '"out/alice.json"\n'
    )


def test_any_name_is_read_back_from_its_own_cell(row: Summary) -> None:
    names = ['a"b', "a,b", "a;b", "O'Brien", "Zoë 你好"]
    text = csv_table([replace(row, handin=name) for name in names])
    assert [line[0] for line in csv.reader(io.StringIO(text))][1:] == names


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", r"'\x09=1"),
        ("\r=1", r"'\x0d=1"),
        ("\n=1", r"'\x0a=1"),
        ("  =1", "'  =1"),
        ("＝1+1", "'＝1+1"),
        ("x;=1", "x;'=1"),
        ('x",=1', "x\",'=1"),
        ("x\t=1", r"x\x09=1"),
        ("-12", "-12"),
        ("-12.5", "-12.5"),
        ("-12.5.1", "'-12.5.1"),
        ("-١٢", "'-١٢"),
        ("", ""),
        ("2-1=1", "2-1=1"),
        ("a=b", "a=b"),
        ("\x1b[2J\u202e", r"\x1b[2J\u202e"),
        ("x" * (CELL_CHARS + 2), "x" * CELL_CHARS + "… (+2 characters)"),
    ],
)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(text: str, cell: str) -> None:
    assert safe_text(text) == cell


@given(st.text(st.characters(categories=None), max_size=40))
def test_whatever_the_name_no_cell_is_a_formula_at_whichever_mark_lines_are_split(
    text: str,
) -> None:
    cell = safe_text(text)
    assert all(map(is_plain, cell))
    for mark in (",", ";", "|", '"'):
        for part in cell.split(mark):
            first = part.strip()[:1]
            assert first not in set("=+@＝＋－＠") or not first
            assert first != "-" or part.strip().replace(".", "", 1)[1:].isdigit()


def test_the_name_of_a_hand_in_cannot_break_out_of_its_line(row: Summary) -> None:
    text = csv_table([replace(row, handin='x"\n"=1+1",100,100\r\n=2')])
    assert len(text.splitlines()) == 2
    (line,) = list(csv.reader(io.StringIO(text)))[1:]
    assert line[0] == 'x"\'\\x0a"\'=1+1",100,100\\x0d\\x0a=2'
    assert line[4] == "2.5"
