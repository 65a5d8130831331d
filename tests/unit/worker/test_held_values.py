"""What a hand-in's object holds: found wherever it is, and set there."""

from collections import namedtuple
from types import SimpleNamespace

import numpy as np
import pytest

from grader.worker.inside.drivers import held_values

Pair = namedtuple("Pair", "w b")


class Part:
    def __init__(self, value):
        self.value = value


class Slotted:
    __slots__ = ("empty", "value")

    def __init__(self, value):
        self.value = value


class Keeper:
    shared = None

    def __init__(self, held):
        self.held = held


def paths(owner):
    return [path for path, _, _ in held_values.arrays(owner)]


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda value: value, ("held",)),
        (lambda value: {"a": [value]}, ("held", "a", 0)),
        (lambda value: [(None, value)], ("held", 0, 1)),
        (lambda value: Pair(None, value), ("held", 1)),
        (lambda value: Part(value), ("held", "value")),
        (lambda value: Slotted(value), ("held", "value")),
        (lambda value: SimpleNamespace(a={1: value}), ("held", "a", 1)),
    ],
)
def test_an_array_is_found_and_set_wherever_it_is(make, path):
    keeper = Keeper(make(np.zeros(2)))
    ((found, values, key),) = held_values.arrays(keeper)
    assert found == path
    values[key] = np.ones(3)
    ((_, values, key),) = held_values.arrays(keeper)
    assert values[key].tolist() == [1, 1, 1]


def test_a_named_tuple_stays_one():
    keeper = Keeper(Pair(np.zeros(2), None))
    ((_, values, key),) = held_values.arrays(keeper)
    values[key] = np.ones(2)
    assert keeper.held.w.tolist() == [1, 1]


def test_what_the_class_holds_is_found_and_set_there(monkeypatch):
    monkeypatch.setattr(Keeper, "shared", np.zeros(2))
    ((path, values, key),) = held_values.arrays(Keeper(None))
    assert path == ("shared",)
    values[key] = np.ones(2)
    assert Keeper.shared.tolist() == [1, 1]


def test_an_object_s_own_comes_before_its_class_s(monkeypatch):
    monkeypatch.setattr(Keeper, "shared", {"b": np.zeros(2)})
    assert paths(Keeper({"a": np.zeros(2)})) == [("held", "a"), ("shared", "b")]


def test_objects_that_hold_each_other_end():
    first, second = Keeper(None), Keeper(None)
    first.held, second.held = second, [first, np.zeros(2)]
    assert paths(first) == [("held", "held", 1)]


def test_a_library_s_objects_are_not_looked_into():
    assert paths(Keeper(np.random.default_rng(0))) == []
    assert paths(Keeper(np.ma.masked_array([1.0]))) == [("held",)]
