"""Open criteria as a table, and marks out of one: safe in a spreadsheet, all or none."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from grader.errors import UsageError
from grader.marks import make_mark, marks_in, with_marks
from grader.marks_table import ROWS_AT_MOST, Row, open_table, read_table
from grader.report import Report
from tests.unit.marked_course import course, report_of

_, PROOF, ESSAY = course().criteria
AT = "2026-11-20T10:00:00+00:00"
HEAD = "handin,criterion,credit,comment,by\n"


def read(text: str, *reports: Report) -> tuple[Row, ...]:
    return read_table(text, reports or (report_of(),), course(), "Kim", AT)


def half_marked(handin: str = "alice") -> Report:
    report = report_of(handin=handin)
    given = marks_in(report, course()).with_mark(make_mark(PROOF, "1"))
    return with_marks(report, course(), given)


def test_a_table_has_a_row_for_each_open_criterion() -> None:
    text, rows = open_table([half_marked(), report_of(handin="bob")], course())
    assert rows == 3
    table = list(csv.DictReader(io.StringIO(text)))
    assert [(row["handin"], row["criterion"], row["points"]) for row in table] == [
        ("alice", "essay", "2"),
        ("bob", "proof", "4"),
        ("bob", "essay", "2"),
    ]
    assert table[0]["levels"] == (
        "1: Complete and right. | 0.5: The idea is right, a step is missing. | 0: Missing or wrong."
    )
    assert {row["credit"] + row["comment"] + row["by"] for row in table} == {""}


def test_a_filled_table_gives_marks() -> None:
    text, _ = open_table([report_of()], course())
    rows = list(csv.reader(io.StringIO(text)))
    rows[1][5:] = ["0.5", "Why?\r\nSay more.", ""]
    rows[2][5:] = ["1", "", "Robin"]
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    assert read(stream.getvalue()) == (
        Row("alice", make_mark(PROOF, "2", "Why?\nSay more.", "Kim", AT)),
        Row("alice", make_mark(ESSAY, "1", "", "Robin", AT)),
    )


def test_a_table_of_a_spreadsheet_in_another_language_is_read() -> None:
    (row,) = read("\ufeffHandin;Criterion;Credit;Comment\r\nalice;proof;0,5;gut\r\n")
    assert (row.mark.credit, row.mark.comment) == (Decimal("0.5"), "gut")


def test_rows_in_which_nothing_is_written_are_passed_over() -> None:
    assert read(HEAD + "nobody,nothing,,,\nalice,proof\n\nalice,essay,,,Kim\n") == ()


@pytest.mark.parametrize("name", ["=1+1", "@now", "-a", "x;=1", '+"1"'])
def test_no_cell_is_a_formula_and_names_are_found_again(name: str) -> None:
    report = report_of(handin=name)
    text, _ = open_table([report], course())
    cell = list(csv.reader(io.StringIO(text)))[1][0]
    assert cell == name.replace("=", "'=", 1) if ";" in name else cell == f"'{name}"
    stream = io.StringIO()
    csv.writer(stream).writerows([["handin", "criterion", "credit"], [cell, "proof", "1"]])
    assert [row.handin for row in read(stream.getvalue(), report)] == [name]


def test_a_formula_in_a_comment_is_text_without_what_made_it_safe() -> None:
    (row,) = read(HEAD + "alice,proof,1,'=SUM(A1),\n")
    assert row.mark.comment == "=SUM(A1)"


def test_all_mistakes_are_told_with_their_lines() -> None:
    with pytest.raises(UsageError) as caught:
        read(
            HEAD + "alise,proof,1,,\n"
            "alice,prof,1,,\n"
            "alice,proof,2,,\n"
            "alice,proof,much,,\n"
            "alice,proof,,Good.,\n"
            "alice,essay,1,,\n"
            "alice,essay,0,,\n"
        )
    first, *rest = str(caught.value).splitlines()
    assert first == "No mark was taken from the table:"
    assert rest == [
        "line 2: 'alise' is the hand-in of none of the reports that were given. Did you mean "
        "'alice'?",
        "line 3: 'prof' is no criterion that people mark. Did you mean 'proof'? Those are: proof, "
        "essay.",
        "line 4: 2.0 is no credit of proof: credit is a share of the points, from 0 to 1. Divide "
        "the points that you would give by 4, the points of the criterion.",
        "line 5: 'much' is no credit of proof. Give a number from 0 to 1.",
        "line 6: proof has a comment and no credit. Give one, from 0 to 1.",
        "line 8: 'alice' has a mark for essay in line 7 already. Delete one of the two.",
    ]


def test_of_very_many_mistakes_the_first_are_told() -> None:
    with pytest.raises(UsageError) as caught:
        read(HEAD + "bob,proof,1,,\n" * 50)
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (42, "and 10 more.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The table has no column 'handin' and no column 'criterion' and no column 'credit'"),
        ("handin,criterion,points\n", "The table has no column 'credit' in its first line."),
        (
            HEAD + "\n" * (ROWS_AT_MOST + 1) + "alice,proof,1,,\n",
            f"The table has more than {ROWS_AT_MOST:,} lines. Take marks in several parts.",
        ),
        (HEAD + "a" * 200_000, "The table cannot be read in line 2: field larger than field limit"),
    ],
)
def test_what_is_no_such_table_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert sentence in str(caught.value)


def test_two_hand_ins_of_one_name_are_refused() -> None:
    reports = [report_of(), replace(report_of(digest="sha256:0b"))]
    with pytest.raises(UsageError) as caught:
        open_table(reports, course())
    assert str(caught.value) == (
        "Two of the reports are of a hand-in called 'alice', so that a row would not say whose it "
        "is. Mark them one at a time."
    )
