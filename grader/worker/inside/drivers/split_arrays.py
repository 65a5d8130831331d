"""Puts together an array that a hand-in keeps in pieces: one for each filter of a convolution.

The pieces lie at paths that differ in their numbers alone: `weights[0]` and `weights[1]`,
`weights["W1"]` and `weights["W2"]`, or `filters[0].kernel` and `filters[1].kernel`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from . import cache_entries, held_values

_DIGITS: Final = re.compile(r"\d+")
Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an array.

    Attributes:
        path: names and keys that lead to it.
        holder: what it lies in; takes `holder[key]`, and `holder[key] = value`.
        key: of it there.
    """

    path: Path
    holder: Any
    key: Any

    @property
    def value(self) -> Any:
        """The piece as it is now: an array, or a number."""
        return self.holder[self.key]


def held(owner: Any) -> Iterator[Piece]:
    """Lists the arrays and numbers that an object holds, see `held_values`."""
    for holder in held_values.holders(owner):
        for key in holder.keys:
            if _may_be_one(holder.values[key]):
                yield Piece((*holder.path, key), holder.values, key)


def returned(container: Any, path: Path = ()) -> Iterator[Piece]:
    """Lists the arrays and numbers in nested dictionaries, lists and tuples."""
    keys = container if isinstance(container, dict) else range(len(container))
    for key in keys:
        value, place = container[key], (*path, key)
        if isinstance(value, (dict, list, tuple)) and len(place) < held_values.DEPTH:
            yield from returned(value, place)
        elif _may_be_one(value):
            yield Piece(place, container, key)


def pieces(found: Iterable[Piece], count: int, size: int) -> list[Piece]:
    """Finds the pieces of one array among others.

    Args:
        found: see `held` and `returned`.
        count: how many there have to be.
        size: of each.

    Returns:
        The pieces, in the order of the numbers in their paths; nothing where there are none.
    """
    groups: dict[Path, list[Piece]] = {}
    for each in found:
        if np.size(each.value) == size:
            groups.setdefault(tuple(map(_without_numbers, each.path)), []).append(each)
    whole = next((each for each in groups.values() if len(each) == count), [])
    return sorted(whole, key=lambda each: _numbers(each.path))


def joined(parts: Iterable[Piece]) -> Any:
    """Returns the array that the pieces make: (count, size)."""
    return np.array([np.ravel(each.value) for each in parts])


def write(parts: list[Piece], array: Any) -> None:
    """Sets every piece to its row of an array (count, ...).

    Pieces may be one and the same object, as those of `[np.zeros(9)] * 64` are, so that none is
    changed in place.
    """
    for part, row in zip(parts, array, strict=True):
        old = part.value
        part.holder[part.key] = (
            row.reshape(old.shape).copy() if isinstance(old, np.ndarray) else float(row.item())
        )


def is_of_bias(piece: Piece) -> bool:
    """Tells by its name whether a piece is of a bias; other numbers may be anything."""
    words = [each.lower() for each in piece.path if isinstance(each, str)]
    return cache_entries.letter_of(piece.path) == "b" or any("bias" in each for each in words)


def _may_be_one(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiu"
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _without_numbers(key: Any) -> Any:
    return "#" if isinstance(key, int) else _DIGITS.sub("#", key) if isinstance(key, str) else key


def _numbers(path: Path) -> tuple[int, ...]:
    written = (str(key) for key in path)
    return tuple(int(each) for key in written for each in _DIGITS.findall(key))
