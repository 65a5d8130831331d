"""Single cells change; everything else of a file stays, byte for byte."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.report.sheet import read_sheet

TEXT = '\ufeffa;"b;1";c\r\n"x ""y"" z"; 2 ;\n\n"line\nbreak";"";9'


def test_cells_are_read_with_their_quotes_and_line_ends() -> None:
    sheet = read_sheet(TEXT, "'s.csv'")
    assert sheet.delimiter == ";"
    assert sheet.headers == ("a", "b;1", "c")
    assert [[cell.value for cell in row] for row in sheet.rows[1:]] == [
        ['x "y" z', " 2 ", ""],
        [""],
        ["line\nbreak", "", "9"],
    ]
    assert sheet.value(1, 1) == "2"
    assert sheet.value(2, 2) == ""


def test_without_changes_the_file_is_the_same() -> None:
    assert read_sheet(TEXT, "'s.csv'").filled({}) == TEXT


def test_a_cell_is_quoted_if_it_was_or_must_be() -> None:
    sheet = read_sheet('a,b,c\n1,"2",3\n', "'s.csv'")
    assert sheet.filled({(1, 0): "9", (1, 1): "8", (1, 2): "7"}) == 'a,b,c\n9,"8",7\n'
    assert sheet.filled({(1, 0): 'x,"y"'}) == 'a,b,c\n"x,""y""","2",3\n'


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@given(
    st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=4),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    cells,
)
def test_any_table_is_read_as_the_csv_module_reads_it(
    rows: list[list[str]], delimiter: str, end: str, new: str
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end)
    writer.writerows([["one", "two", "three"], *rows])
    sheet = read_sheet(stream.getvalue(), "'s.csv'")
    assert [[cell.value for cell in row] for row in sheet.rows[1:]] == rows
    found = sheet.filled({(1, 1): new})
    read = list(csv.reader(io.StringIO(found, newline=""), delimiter=delimiter))
    assert read[1] == [rows[0][0], new, rows[0][2]]
    assert read[2:] == rows[1:]


def test_an_empty_sheet_is_refused() -> None:
    with pytest.raises(UsageError, match=r"The sheet 's.csv' has no names of columns in its first"):
        read_sheet("\ufeff\n1,2\n", "'s.csv'")


def test_a_cell_without_an_end_is_refused() -> None:
    with pytest.raises(UsageError, match=r"'s.csv' cannot be read: a quoted cell in row 2 has no"):
        read_sheet('a,b\n1,"2\n3,4\n', "'s.csv'")
