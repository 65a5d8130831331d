"""Finds the weights and biases of a hand-in's network, wherever it keeps them, and sets them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from . import cache_entries, held_values

_NAME: Final = re.compile(r"^(w|weights?|kernel|b|bias(?:es)?)_?(\d+)$", re.IGNORECASE)
_LISTS: Final = re.compile(r"^(w|ws|weights?|b|bs|bias(?:es)?)$", re.IGNORECASE)

_TABLES: Final = frozenset({"weights", "params", "parameters"})
_GRADIENTS: Final = ("d_", "dw", "db", "dk", "df", "delta")


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


def find(network: Any, dims: Sequence[int] = ()) -> dict[str, Place]:
    """Finds the weights by their names, in dictionaries, in lists or as attributes.

    Layers are counted from 1, wherever the hand-in begins to count.

    Args:
        network: an object that keeps them in any way, see `held_values`.
        dims: widths of the layers; what no name tells is then found by its shape.
    """
    tables = held_values.holders(network)
    holders = [each for each in tables if not is_of_gradient(each.path)]
    # What goes by the name of weights comes first, as a velocity may have the same keys.
    holders.sort(key=lambda each: not _is_of_weights(each.path))
    kept = [(each.values, each.keys) for each in holders]
    found = max((in_table(*each) for each in kept), key=len, default={})
    in_lists: dict[str, Place] = {}
    for values, keys in kept:
        for key in keys:
            if isinstance(values[key], list) and _LISTS.match(str(key)):
                in_lists = {**_in_list(str(key)[0], values[key]), **in_lists}
    found = in_lists if len(in_lists) > len(found) else found
    found = {**_by_shape(network, dims), **found}
    return {name: _everywhere(place, network) for name, place in found.items()}


def _by_shape(network: Any, dims: Sequence[int]) -> dict[str, Place]:
    """Finds arrays by their shapes, where these tell all layers apart."""
    shapes: dict[str, set[tuple[int, ...]]] = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(dims), start=1):
        shapes[f"W{layer}"] = {(fan_in, fan_out), (fan_out, fan_in)}
        shapes[f"b{layer}"] = {(fan_out,), (1, fan_out), (fan_out, 1)}
    every = [shape for each in shapes.values() for shape in each]
    if len(set(every)) < len(every):
        return {}
    found: dict[str, tuple[bool, Place]] = {}
    for path, values, key in held_values.arrays(network):
        name = next((name for name, each in shapes.items() if values[key].shape in each), "")
        letter = cache_entries.letter_of(path)
        said = letter == name[:1].lower()
        if not name or is_of_gradient(path) or not (said or not letter):
            continue
        if name not in found or said > found[name][0]:
            place = Place(name, str(key), _reader(values, key), _writer(values, key))
            found[name] = (said, place)
    return {name: place for name, (_, place) in found.items()}


def is_of_gradient(path: tuple[Any, ...]) -> bool:
    """Tells by the names on the way to an array whether it is a gradient."""
    plain = [each.lower().lstrip("_") for each in path if isinstance(each, str)]
    return any(each.startswith(_GRADIENTS) or "grad" in each for each in plain)


def _is_of_weights(path: tuple[Any, ...]) -> bool:
    return bool(path) and str(path[-1]).lower().lstrip("_") in _TABLES


def _everywhere(place: Place, network: Any) -> Place:
    """Has an array set wherever it is kept: `self.W1` may be `self.weights["W1"]` as well."""
    array = place.read()
    writers = [
        _writer(values, key)
        for _, values, key in held_values.arrays(network)
        if values[key] is array
    ]

    def write(value: Any) -> None:
        for each in writers:
            each(value)

    return replace(place, write=write)


def in_table(table: Any, keys: Iterable[Any]) -> dict[str, Place]:
    """Finds weights and biases among the entries of a dictionary, or of what is read like one."""
    matches = [
        (match, key)
        for key in keys
        if isinstance(key, str)
        and isinstance(table[key], np.ndarray)
        and (match := _NAME.match(key))
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
