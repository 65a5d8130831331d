"""Plain values as JSON beside a list of arrays, and back; and the digest of a question.

The values are those that cross to a worker: numbers, texts, arrays, and lists, tuples and mappings
of these (`grader.worker.inside.values`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grader.worker.inside.wire import Opaque, Slot

Array = npt.NDArray[Any]

# Two machines may draw numbers that differ in the last of their 53 bits, because their libraries
# round a logarithm differently. Questions are told apart by the first bits alone.
DIGEST_BITS: Final = 40


def pack(value: Any, keep: Callable[[Array], int]) -> Any:
    """Makes JSON of a value.

    Args:
        value: what could cross to a worker.
        keep: takes an array and returns the number under which it will be found.

    Raises:
        TypeError: something in it could not cross.

    >>> pack((1, [None, 2.5]), lambda array: 0)
    {'t': [1, {'l': [None, 2.5]}]}
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if np.isfinite(value) else {"f": repr(value)}
        case np.ndarray():
            return {"a": keep(value)}
        case tuple():
            return {"t": [pack(item, keep) for item in value]}
        case list():
            return {"l": [pack(item, keep) for item in value]}
        case dict():
            return {"d": [[pack(key, keep), pack(item, keep)] for key, item in value.items()]}
        case Slot(index=index):
            return {"s": index}
        case Opaque(type_name=name):
            return {"o": name}
        case bytes():
            return {"b": value.hex()}
    raise TypeError(f"A value of type {type(value).__name__} cannot be recorded.")


def unpack(packed: Any, array: Callable[[int], Array]) -> Any:
    """Makes the value of its JSON.

    Args:
        packed: what `pack` made.
        array: gives the array of a number.

    Raises:
        ValueError: it is not what `pack` makes.
    """
    match packed:
        case None | bool() | int() | str() | float():
            return packed
        case {"f": str() as text}:
            return float(text)
        case {"a": int() as number}:
            return array(number)
        case {"t": list() as items}:
            return tuple(unpack(item, array) for item in items)
        case {"l": list() as items}:
            return [unpack(item, array) for item in items]
        case {"d": list() as pairs}:
            return {unpack(key, array): unpack(item, array) for key, item in pairs}
        case {"s": int() as index}:
            return Slot(index)
        case {"o": str() as name}:
            return Opaque(name)
        case {"b": str() as text}:
            return bytes.fromhex(text)
    raise ValueError("a recorded value has a form that there is not")


def digest(operations: Sequence[Any]) -> str:
    """Names a program by what it asks; floats count to 40 bits.

    Raises:
        TypeError: see `pack`.
    """
    arrays: list[Array] = []

    def keep(array: Array) -> int:
        arrays.append(array)
        return len(arrays) - 1

    rounded = _rounded_floats(pack(list(operations), keep))
    found = hashlib.sha256(json.dumps(rounded, separators=(",", ":")).encode())
    for array in arrays:
        found.update(f"{array.dtype.str}{array.shape}".encode())
        found.update(np.ascontiguousarray(_rounded(array)).tobytes())
    return found.hexdigest()


def _rounded_floats(packed: Any) -> Any:
    if isinstance(packed, float):
        return float(_rounded(np.array(packed)))
    if isinstance(packed, list):
        return [_rounded_floats(item) for item in packed]
    if isinstance(packed, dict):
        return {key: _rounded_floats(item) for key, item in packed.items()}
    return packed


def _rounded(array: Array) -> Array:
    """Rounds float64 to `DIGEST_BITS` bits; -0.0 becomes 0.0."""
    if array.dtype != np.float64:
        return array
    mantissa, exponent = np.frexp(array)
    steps = np.rint(np.ldexp(mantissa, DIGEST_BITS))
    return np.asarray(np.ldexp(steps, exponent - DIGEST_BITS) + 0.0)
