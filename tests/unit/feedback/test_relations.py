from typing import Any

import numpy as np
import pytest

from grader.feedback.relations import ROUNDED, Relation, relation_of
from tests.unit.feedback.compared import numbers, one

RIGHT = numbers(6, 5)
X = numbers(6, 5, seed=1)


def relation(actual: Any, expected: Any = RIGHT, **inputs: Any) -> Relation | None:
    return relation_of(one(np.asarray(actual), expected, inputs=inputs))


@pytest.mark.parametrize(
    ("actual", "name", "says"),
    [
        (-RIGHT, "sign", "has the wrong sign"),
        (2 * RIGHT, "factor", "is 2 times what is expected"),
        (RIGHT / 6, "factor", "is 1/6 (one over the length of axis 0 of x) times what is expected"),
        (1.37 * RIGHT, "factor", "is 1.37 times what is expected"),
        (RIGHT.astype("float32"), "rounded", ROUNDED),
        (RIGHT + 0.25, "offset", "is off by the same number, 0.25, everywhere"),
        (RIGHT * 0, "zero", "is zero everywhere"),
        (RIGHT.T, "transposed", "is transposed"),
        (RIGHT.reshape(5, 6), "reshaped", "has the right numbers, in the shape (5, 6)"),
        (RIGHT[::-1], "reversed", "has its rows in reverse order"),
        (np.roll(RIGHT, 1, 1), "shifted", "has its columns one place later"),
        (RIGHT[[2, 0, 1, 5, 3, 4]], "reordered", "has its rows in another order"),
        (RIGHT**2, "squared", "is the square of what is expected"),
        (np.abs(RIGHT), "magnitude", "has lost its signs"),
        (np.maximum(RIGHT, 0), "clipped", "is cut off at 0 from below"),
        (np.maximum(RIGHT, -0.5), "clipped", "is cut off at -0.5 from below"),
        (np.minimum(RIGHT, 0.5), "clipped", "is cut off at 0.5 from above"),
        (np.clip(RIGHT, -0.5, 0.5), "clipped", "is cut off at -0.5 and 0.5"),
        (RIGHT * np.arange(1, 6), "factors", "is off by a factor of its own in each column"),
        (RIGHT + np.arange(6)[:, None], "offsets", "is off by a number of its own in each row"),
        (RIGHT.sum(axis=0), "sum_of", "is the sum of what is expected over its rows"),
        (X, "input", "is x itself"),
        (RIGHT + X, "plus_input", "has x added to it"),
        (RIGHT * X, "times_input", "is multiplied by x once more"),
    ],
)
def test_a_simple_relation_is_found_and_named(actual: Any, name: str, says: str) -> None:
    found = relation(actual, x=X)
    assert found is not None
    assert (found.name, found.says, found.array) == (name, says, "dx")
    assert found.residual < 1e-7


def test_a_sum_that_was_forgotten_is_found() -> None:
    apart = numbers(4, 6, 5)
    found = relation(apart, apart.sum(axis=0))
    assert found is not None
    assert found.says == "gives what is expected only after a sum over its slices along axis 0"


def test_two_arrays_in_each_others_place_are_found() -> None:
    case = (one(X, RIGHT, "dw"), one(RIGHT, X, "dx"))
    found = relation_of(case[0], case)
    assert found is not None
    assert (found.name, found.says) == ("swapped", "is what dx should be")


def test_what_has_not_been_changed_is_not_called_itself() -> None:
    case = one(X, RIGHT, "w1", inputs={"w1": X})
    found = relation_of(case, (case,))
    assert found is not None
    assert (found.name, found.says) == ("input", "is as it was given")


def test_nothing_is_said_of_unrelated_arrays() -> None:
    assert relation(numbers(6, 5, seed=2), x=X) is None


@pytest.mark.parametrize("size", [1, 2, 4])
def test_nothing_is_said_of_arrays_so_small_that_chance_could_explain_it(size: int) -> None:
    expected = np.arange(1.0, size + 1)
    assert relation(2 * expected, expected) is None


def test_a_fitted_number_needs_one_more_to_speak_for_it() -> None:
    expected = np.array([1.0, 2.0, 3.0, 5.0, 7.0])
    assert relation(1.37 * expected, expected) is None
    assert relation(2 * expected, expected) is not None


def test_what_is_hit_only_roughly_is_no_relation() -> None:
    assert relation(2 * RIGHT + 1e-4 * X) is None


@pytest.mark.parametrize("actual", [None, np.array(["a"] * 30), RIGHT * np.nan])
def test_what_is_no_array_of_numbers_has_no_relation(actual: Any) -> None:
    assert relation_of(one(actual, RIGHT, wrong=True)) is None
