"""Keys of an answer sheet, in all their spellings."""

import pytest

from grader.checks.answer_sheet import (
    DEEPEST,
    ENTRIES_AT_MOST,
    find_entries,
    has_answers,
    is_empty,
    normal_key,
)


@pytest.mark.parametrize(
    "sheet",
    [
        {"task1": {"c": 2}},
        {"Task 1": {"C": 2}},
        {"TASK_1": {"(c)": 2}},
        {1: {"c": 2}},
        {"1c": 2},
        {"1.c": 2},
        {"1-c)": 2},
        {"task_1c": 2},
        {"Task 1 (c)": 2},
        {"task01.c": 2},
        {"Question 1": {"part c": 2}},
        {"oppgave1": {"c": 2}},
        {"Aufgabe 1": {"c": 2}},
        {"answers": {"task1": {"c": 2}}},
        {"theory": {"exercise": {"1": {"c": 2}}}},
        {"task1": {"c": 2, "b": None}, "1c": ""},
    ],
)
def test_a_key_is_found_however_it_is_spelt_and_nested(sheet):
    assert [entry.value for entry in find_entries(sheet, "task1.c")] == [2]


@pytest.mark.parametrize(
    "sheet",
    [
        {"task2": {"c": 2}},
        {"task11": {"c": 2}},
        {"task1": {"cc": 2}},
        {"task1": {"c": {"d": 2}}, "c": 2},
        {"1": {"1c": 2}},
        {},
    ],
)
def test_another_key_is_not_taken_for_it(sheet):
    assert all(entry.value != 2 for entry in find_entries(sheet, "task1.c"))


def test_an_answer_may_be_a_mapping():
    (entry,) = find_entries({"q6": {"table": {"conv1": 1792}}}, "q6.table")
    assert (entry.written, entry.value) == (("q6", "table"), {"conv1": 1792})


def test_words_of_a_name_are_told_apart_from_those_of_a_task():
    assert normal_key("Q6", "Total parameters") == ("6", "totalparameters")
    assert normal_key("fc1") == ("fc", "1")


@pytest.mark.parametrize(
    "value", [None, "", "  ", ".", "...", "__", "-", "TODO", [], [None, ""], {"a": [""]}]
)
def test_what_has_nothing_written_in_it_is_empty(value):
    assert is_empty(value)
    assert not has_answers({"task1": {"a": value}})


@pytest.mark.parametrize("value", [0, 0.0, False, "0", "-1", [0], {"a": {"b": "x"}}])
def test_a_zero_is_an_answer(value):
    assert not is_empty(value)
    assert has_answers({"task1": {"a": value}})


def test_a_sheet_without_end_is_read_up_to_a_bound():
    deep = inner = {}
    for _ in range(DEEPEST + 5):
        inner["x"] = {}
        inner = inner["x"]
    inner["1"] = {"c": 2}
    assert find_entries(deep, "task1.c") == []
    wide = {str(number): None for number in range(ENTRIES_AT_MOST)}
    assert find_entries({**wide, "1c": 2}, "task1.c") == []
