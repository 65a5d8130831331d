"""Finds the weights and biases of a hand-in's network, wherever it keeps them, and sets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

_NAME: Final = re.compile(r"^(w|weights?|kernel|b|bias(?:es)?)_?(\d+)$", re.IGNORECASE)
_LISTS: Final = re.compile(r"^(w|ws|weights?|b|bs|bias(?:es)?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one array is.

    Attributes:
        name: as the course calls it, such as `W1`.
        key: as the hand-in calls it.
        read: gives the array.
        write: sets it.
    """

    name: str
    key: str
    read: Callable[[], Any]
    write: Callable[[Any], None]


def find(network: Any) -> dict[str, Place]:
    """Finds the weights by their names, in a dictionary, in lists or as attributes.

    Layers are counted from 1, wherever the hand-in begins to count.
    """
    attributes = vars(network)
    tables = [attributes, *(each for each in attributes.values() if isinstance(each, dict))]
    found = max(map(in_table, tables), key=len)
    found = {name: _everywhere(place, tables) for name, place in found.items()}
    in_lists: dict[str, Place] = {}
    for name, value in attributes.items():
        if isinstance(value, list) and _LISTS.match(name):
            in_lists.update(_in_list(name[0], value))
    return in_lists if len(in_lists) > len(found) else found


def _everywhere(place: Place, tables: list[dict[str, Any]]) -> Place:
    """Has an array set wherever it is kept: `self.W1` may be `self.weights["W1"]` as well."""
    array = place.read()
    writers = [_writer(each, key) for each in tables for key in each if each[key] is array]

    def write(value: Any) -> None:
        for each in writers:
            each(value)

    return replace(place, write=write)


def in_table(table: dict[str, Any]) -> dict[str, Place]:
    """Finds weights and biases among the entries of a dictionary."""
    matches = [
        (match, key)
        for key, value in table.items()
        if isinstance(key, str) and isinstance(value, np.ndarray) and (match := _NAME.match(key))
    ]
    first = min((int(match[2]) for match, _ in matches), default=1)
    places = {}
    for match, key in matches:
        name = f"{'b' if match[1][0] in 'bB' else 'W'}{int(match[2]) - first + 1}"
        places[name] = Place(name, key, _reader(table, key), _writer(table, key))
    return places


def _in_list(letter: str, values: list[Any]) -> dict[str, Place]:
    kind = "b" if letter in "bB" else "W"
    return {
        f"{kind}{number}": Place(
            f"{kind}{number}",
            f"{kind}{number}",
            _reader(values, number - 1),
            _writer(values, number - 1),
        )
        for number, value in enumerate(values, start=1)
        if isinstance(value, np.ndarray)
    }


def _reader(container: Any, key: Any) -> Callable[[], Any]:
    return lambda: container[key]


def _writer(container: Any, key: Any) -> Callable[[Any], None]:
    return lambda value: put(container, key, value)


def put(container: Any, key: Any, value: Any) -> None:
    """Sets an array; in place where it can be, so that whatever else holds it has it as well."""
    held = container[key]
    if held.shape == value.shape and held.dtype == value.dtype and held.flags.writeable:
        held[...] = value
    else:
        container[key] = value


def fitted(value: Any, like: Any) -> Any:
    """Gives an array the form in which a hand-in keeps it: transposed, or with another axis."""
    value = np.asarray(value)
    if like is None or np.shape(like) == value.shape:
        return value.copy()
    if value.ndim == 2 and np.shape(like) == value.shape[::-1]:
        return value.T.copy()
    if np.size(like) == value.size:
        return value.reshape(np.shape(like)).copy()
    return value.copy()


def unfitted(value: Any, shape: tuple[int, ...]) -> Any:
    """Gives a hand-in's array the course's form, where it is the same but for its form."""
    value = np.asarray(value)
    if value.ndim == 2 and value.shape == shape[::-1]:
        return value.T.copy()
    if value.size == int(np.prod(shape)) and 1 in (len(shape), *shape[:-1]):
        return value.reshape(shape).copy()
    return value.copy()
