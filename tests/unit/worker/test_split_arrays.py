"""Arrays kept in pieces: found by paths that differ in numbers alone, in the order of these."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.worker.inside.drivers import split_arrays

ROWS = np.arange(12.0).reshape(3, 4)


class Keeper:
    def __init__(self, held):
        self.held = held


def test_pieces_are_found_in_lists_dictionaries_and_objects():
    for held in (
        [row.reshape(2, 2) for row in ROWS],
        [[row] for row in ROWS],
        tuple(ROWS),
        {f"W{number}": row for number, row in enumerate(ROWS, start=9)},
        {number: row for number, row in enumerate(ROWS)},
        [SimpleNamespace(kernel=row, bias=0.0) for row in ROWS],
    ):
        found = split_arrays.pieces(split_arrays.held(Keeper(held)), 3, 4)
        assert np.array_equal(split_arrays.joined(found), ROWS)


@pytest.mark.parametrize("held", [list(ROWS[:2]), {"a": ROWS[0], "b": ROWS[1], "c": ROWS[2]}])
def test_too_few_pieces_or_other_names_are_none(held):
    assert split_arrays.pieces(split_arrays.held(Keeper(held)), 3, 4) == []


def test_pieces_that_are_one_object_are_set_apart():
    keeper = Keeper([np.zeros((2, 2))] * 3)
    split_arrays.write(split_arrays.pieces(split_arrays.held(keeper), 3, 4), ROWS)
    assert np.array_equal(np.ravel(keeper.held), ROWS.ravel())


def test_numbers_are_pieces_that_stay_numbers():
    keeper = Keeper({"biases": [0, 0.0, np.float64(0)]})
    found = split_arrays.pieces(split_arrays.held(keeper), 3, 1)
    assert all(map(split_arrays.is_of_bias, found))
    split_arrays.write(found, np.array([1.0, 2.0, 3.0]))
    assert keeper.held["biases"] == [1.0, 2.0, 3.0]


def test_flags_and_other_numbers_are_no_bias():
    assert split_arrays.pieces(split_arrays.held(Keeper([True] * 3)), 3, 1) == []
    found = split_arrays.pieces(split_arrays.held(Keeper([1, 2, 3])), 3, 1)
    assert not any(map(split_arrays.is_of_bias, found))


def test_pieces_are_found_in_what_is_returned():
    result = ([row.reshape(2, 2) for row in ROWS], [np.float64(1), np.float64(2), np.float64(3)])
    kernels = split_arrays.pieces(split_arrays.returned(result), 3, 4)
    biases = split_arrays.pieces(split_arrays.returned(result), 3, 1)
    assert np.array_equal(split_arrays.joined(kernels), ROWS)
    assert np.array_equal(split_arrays.joined(biases).ravel(), [1, 2, 3])
