"""Tables in the forms that people write them in, and their credit."""

import pytest

from grader.checks.answer import KIND
from grader.checks.question import Question
from grader.handin import HandIn
from grader.records import CheckSpec, Outcome

SQUARE = {"expected": [[1, -2, 3], [4, 5, 6]]}
NAMED = {
    "rows": [["conv1", "convolution 1"], "conv2", ["fc1", "fully connected 1"]],
    "expected": [1792, 73856, 102764544],
}


def ask(value, **data):
    params = KIND.parse({"answer": "t", "form": "table", **data})
    handin = HandIn("it", "folder", "sha256:0", ".", "it", {}, (), (), answers={"t": value})
    return KIND.run(Question(CheckSpec("c/t", "answer", params), "t", 0, None, None, handin=handin))


@pytest.mark.parametrize(
    "value",
    [
        [[1, -2, 3], [4, 5, 6]],
        [["1", "-2", "3.0"], [4, 5, "6"]],
        [1, -2, 3, 4, 5, 6],
        ["1 -2 3", "4 5 6"],
        ["1, -2, 3", "4, 5, 6"],
        {"row 1": [1, -2, 3], "row 2": [4, 5, 6]},
        {"top": "1 -2 3", "bottom": {"a": 4, "b": 5, "c": 6}},
        "1 -2 3\n4 5 6\n",
        "1, -2, 3\n4, 5, 6",
        "1 −2 3; 4 5 6",
        "1\t-2\t3\n4\t5\t6",
        "[[1, -2, 3], [4, 5, 6]]",
        "[[ 1 -2  3]\n [ 4  5  6]]",
        "((1,-2,3),(4,5,6))",
        "| 1 | -2 | 3 |\n|---|----|---|\n| 4 | 5 | 6 |",
        r"1 & -2 & 3 \\ 4 & 5 & 6",
        "\\begin{pmatrix}\n1 & -2 & 3 \\\\\n4 & 5 & 6\n\\end{pmatrix}",
    ],
)
def test_a_table_is_read_in_its_common_forms(value):
    result = ask(value, **SQUARE)
    assert result.outcome is Outcome.PASSED, result.message


@pytest.mark.parametrize(
    "value",
    [
        {"conv1": 1792, "conv2": 73856, "fc1": 102764544},
        {"FC 1": "102,764,544", "Conv2": "73 856", "Convolution 1": 1792, "total": 5},
        [1792, 73856, 102764544],
        [["conv1", 1792], ["conv2", 73856], ["fc1", 102764544]],
        "conv1: 1,792\nconv2: 73,856\nfully connected 1: 102,764,544",
        "conv2 = 73856\nconv1 = 1792\nfc1 = 102764544",
        "| Layer | Parameters |\n|---|---|\n| conv1 | 1,792 |\n| conv2 | 73,856 |\n"
        "| fc1 | 102,764,544 |",
        "conv1 1,792\nconv2 73,856\nfully connected 1 102,764,544",
        "1792\n73856\n102764544",
    ],
)
def test_rows_with_names_may_come_in_any_order_and_spelling(value):
    result = ask(value, **NAMED)
    assert result.outcome is Outcome.PASSED, result.message


def test_named_rows_may_have_several_columns():
    keys = {"rows": ["a", "b"], "expected": [[1, 2], [3, 4]]}
    assert ask("b: 3 4\na: 1 2", **keys).outcome is Outcome.PASSED
    assert ask({"b": [3, 4], "a": "1, 2"}, **keys).outcome is Outcome.PASSED
    assert ask({"b": [3, 4]}, **keys, credit="rows").credit == 0.5


@pytest.mark.parametrize(("credit", "earned"), [("whole", 0), ("rows", 0.5), ("cells", 4 / 6)])
def test_a_table_that_is_right_in_part_has_its_share(credit, earned):
    result = ask([[1, -2, 3], [4, 0, 0]], **SQUARE, credit=credit)
    assert result.credit == pytest.approx(earned)
    assert result.outcome is (Outcome.PARTIAL if earned else Outcome.FAILED)
    assert result.message.endswith(
        f"is {'right in part' if earned else 'wrong'}. 2 of 6 cells are wrong; the first, row 2, "
        "column 2, has '0'."
    )


def test_the_right_table_that_fits_best_is_the_one_that_counts():
    keys = {**SQUARE, "also": [[[0, 0, 0], [7, 8, 9]]], "credit": "cells"}
    assert ask([[0, 0, 0], [7, 8, 9]], **keys).outcome is Outcome.PASSED
    result = ask([[0, 0, 0], [7, 8, 6]], **keys)
    assert result.credit == pytest.approx(5 / 6)
    assert "row 2, column 3, has '6'" in result.message


def test_a_wrong_row_is_called_by_its_name():
    result = ask({"conv1": 1728, "conv2": None, "fc1": 102764544}, **NAMED, credit="rows")
    assert result.credit == pytest.approx(1 / 3)
    assert "2 of 3 cells are wrong; the first, conv1, has '1728'." in result.message
    assert "conv2, is empty." in ask({"conv1": 1792, "fc1": 102764544}, **NAMED).message


def test_a_cell_in_the_wrong_unit_is_wrong():
    result = ask([["1 %", -2, 3], [4, 5, 6]], **SQUARE, credit="cells")
    assert result.credit == pytest.approx(5 / 6)


def test_a_table_of_formulas_is_compared_by_value():
    keys = {"of": "formula", "variables": {"a": [1, 2], "b": [1, 2]}, "expected": [["a b", "a+b"]]}
    assert ask([["b*a", "b + a"]], **keys).outcome is Outcome.PASSED
    assert ask([["b*a", "b - a"]], **keys).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([[1, 4], [-2, 5], [3, 6]], "3 rows with 2 columns where 2 rows with 3 columns are asked "
         "for. Rows and columns are exchanged."),
        ([[1, -2, 3]], "It has 1 row with 3 columns where"),
        ([[1, -2, 3], [4]], "It has 2 rows with columns of unlike number where"),
        ("1 2", "where 2 rows with 3 columns are asked for."),
    ],
)  # fmt: skip
def test_a_table_of_another_size_is_wrong(value, said):
    result = ask(value, **SQUARE, credit="cells")
    assert result.outcome is Outcome.FAILED
    assert said in result.message


COLUMN = {"form": "table", "expected": [[1792], [73856], [4097000]], "unit": ["parameters"]}


@pytest.mark.parametrize(
    "value",
    [
        "1792, 73856, 4097000",
        "1,792; 73,856; 4,097,000",
        "1,792 | 73,856 | 4,097,000",
        "1792 73856 4097000",
        [{"CONV3-64": "1,792"}, {"CONV3-128": 73856}, {"FC-1000": "4097000"}],
        ["(3*3*3+1)*64 = 1,792", "73856 parameters", "4,097,000 (4.1M)"],
        [0, 1792, "-", 73856, "0", 4097000],
    ],
)
def test_a_column_is_read_in_its_common_forms(value):
    result = ask(value, **COLUMN)
    assert result.outcome is Outcome.PASSED, result.message


def test_rows_of_nothing_count_where_there_are_not_too_many():
    result = ask([1792, 0, 4097000], **COLUMN, credit="rows")
    assert result.credit == pytest.approx(2 / 3)
    assert ask([1792, 73856, 4097000, 7], **COLUMN).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("value", "data", "said"),
    [
        (5, SQUARE, "It is no table."),
        ([{"a": 1}], SQUARE, "It is a list of mappings."),
        ([[1, "x", 3], [4, 5, 6]], SQUARE, "In row 1, column 2: It has no number"),
        ([1] * 1001, SQUARE, "It has 1001 rows; at most 1000 are read."),
        ({str(n): n for n in range(1001)}, SQUARE, "It has 1001 rows; at most 1000 are read."),
        ("1 " * 3000, SQUARE, "It has 6000 characters; at most 4000 are read."),
        ({"x": 1, "y": 2}, NAMED, "None of its rows has a name such as 'conv1'."),
    ],
)
def test_what_is_no_table_is_left_to_a_person(value, data, said):
    result = ask(value, **data)
    assert result.outcome is Outcome.NOT_RUN_HERE
    assert said in result.message
    assert "write a table of" in result.message
