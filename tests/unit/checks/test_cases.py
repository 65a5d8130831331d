"""Keys that all kinds share: what is refused when a rubric is read, and how cases are made."""

import pytest

from grader.checks.cases import parse_cases
from grader.closeness import TABLE, Tolerance

X = {"x": {"normal": {"shape": ["N", 2]}}}


@pytest.mark.parametrize(
    "data",
    [
        {"inputs": X, "sizes": {"N": 0}},
        {"inputs": X, "sizes": {"N": 3}, "cases": [{}, {"sizes": {"N": 0}}]},
        {"inputs": {"x": {"normal": {"shape": [2, 0]}}}},
    ],
)
def test_an_input_without_elements_is_refused(data):
    with pytest.raises(ValueError, match="no elements") as caught:
        parse_cases(data)
    assert (
        str(caught.value)
        == "The input 'x' has no elements, so nothing can be compared. Give it larger sizes."
    )


def test_an_option_of_another_convention_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="is not an option") as caught:
        parse_cases({"convention": "update_rule", "options": {"cache": ["x"]}})
    assert str(caught.value).startswith("'cache' is not an option of the convention update_rule. ")


def test_a_case_changes_what_it_names_and_nothing_else():
    first, second = parse_cases(
        {"inputs": X, "sizes": {"N": 3}, "cases": [{}, {"name": "one", "sizes": {"N": 1}}]}
    ).cases
    assert (first.name, first.sizes) == ("case 1", {"N": 3})
    assert (second.name, second.sizes) == ("one", {"N": 1})
    assert not second.beyond_text


def test_a_tolerance_of_the_rubric_takes_the_place_of_the_tables():
    given = {"rtol": 0, "atol": 1, "because": "It is printed."}
    assert parse_cases({"tolerance": given}).tolerance_of() == Tolerance(0.0, 1.0)
    assert parse_cases({}).tolerance_of() == TABLE["float64"]
