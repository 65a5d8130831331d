"""Tells what the entries of a hand-in's cache and of its gradients are.

Courses before have called a pre-activation A and its activation Z; the text says the reverse.
Layers are told apart by their widths, which all differ; the two roles by the numbers: one is the
activation of the other. Names decide only where the numbers do not.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

_LETTER: Final = re.compile(
    r"(?:^|[^a-z])(?:d|grad_?|delta_?|d_)?([azhb]|w)s?_?\d*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One array of a cache, or of the gradients.

    Attributes:
        letter: of its name, in lower case and without the `d` of a gradient; may be empty.
        value: (N, width), or as it is where it does not fit.
        path: where it is: keys and indices from the outermost container.
        raw: the array itself.
    """

    letter: str
    value: Any
    path: tuple[Any, ...]
    raw: Any


def flatten(container: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Lists the arrays in nested dictionaries, lists and tuples, with their paths."""
    if isinstance(container, dict):
        for key, value in container.items():
            yield from flatten(value, (*path, key))
    elif isinstance(container, (list, tuple)):
        for index, value in enumerate(container):
            yield from flatten(value, (*path, index))
    elif isinstance(container, np.ndarray) and len(path) <= 4:
        yield path, container


def letter_of(path: tuple[Any, ...]) -> str:
    """Reads the letter of an entry's name: `z` of Z1, dZ1, grad_Z1 and of zs[0]."""
    for key in reversed(path):
        if isinstance(key, str):
            match = _LETTER.search(key)
            return match[1][0].lower() if match else ""
    return ""


def called(arrays: Sequence[tuple[tuple[Any, ...], Any]], name: str) -> Any:
    """Finds the array of numbers whose entry has a name: `b1` is called dB1, grad_b1 or db_1."""
    for path, value in arrays:
        key = "".join(map(str, path[-1:])).lower().replace("_", "")  # an array alone has no name
        if key.endswith(name.lower()) and value.dtype.kind in "fiu":
            return value
    return None


def of_width(arrays: Sequence[tuple[tuple[Any, ...], Any]], rows: int, width: int) -> list[Entry]:
    """Lists the entries that have one row of some width for each example."""
    found = []
    for path, value in arrays:
        letter = letter_of(path)
        if letter in ("w", "b") or value.size != rows * width or value.dtype.kind not in "fiu":
            continue
        columns = value.shape == (width, rows) and rows != width
        single = value.ndim == 2 and value.shape in ((rows, width), (1, width), (width, 1))
        if not (columns or single or value.ndim == 1):
            continue
        rowed = value.T if columns else value.reshape(rows, width)
        found.append(Entry(letter, rowed.astype(float), path, value))
    return found


def split(entries: Sequence[Entry], pre_letter: str, is_pair: Any) -> tuple[Any, Any]:
    """Tells the pre-activation from the activation among the entries of one layer.

    Args:
        entries: of the layer.
        pre_letter: what pre-activations are called, where the numbers do not tell.
        is_pair: tells of two arrays whether the second belongs to the first.

    Returns:
        The two entries; `None` for one that is not there.
    """
    for first in entries:
        for second in entries:
            if first is not second and is_pair(first.value, second.value):
                return first, second
    pre = next((each for each in entries if each.letter == pre_letter), None)
    post = next((each for each in entries if each is not pre), None)
    return pre, post


def close(first: Any, second: Any) -> bool:
    """Tells whether two arrays are the same but for rounding."""
    return bool(first.shape == second.shape and np.allclose(first, second, rtol=1e-5, atol=1e-8))


def put(container: Any, path: tuple[Any, ...], value: Any) -> None:
    """Writes an array where another one was, and leaves what cannot be written."""
    for key in path[:-1]:
        container = container[key]
    if isinstance(container, (dict, list)) and path:
        container[path[-1]] = value


def replaced(container: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Returns a container with another array at a path; what it is given stays as it is."""
    if not path:
        return value
    inner = replaced(container[path[0]], path[1:], value)
    if isinstance(container, tuple):
        values = [*container[: path[0]], inner, *container[path[0] + 1 :]]
        return container._make(values) if hasattr(container, "_make") else tuple(values)
    made = copy.copy(container)
    made[path[0]] = inner
    return made
