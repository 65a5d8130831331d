"""Compares two answers of one convention to rounding: outputs, gradients and states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from grader.closeness import SCALE_FLOOR, TABLE, Array
from grader.conventions.convention import Computed

# A tenth of what checks allow: what differs by less is seen by no check with the usual tolerance.
SHARE: Final = 0.1
FLOOR: Final = 1e-4  # of the largest number in an answer


def difference(answer: Computed, right: Computed) -> str:
    """Says where an answer departs from the right one; empty where it does not.

    >>> difference(Computed({"out": 1.0}), Computed({"out": 1.0 + 1e-12}))
    ''
    >>> difference(Computed({"out": 1.0}), Computed({"out": 2.0}))
    'out differs by 1'
    """
    # A gradient that is zero but for rounding carries that of the terms that cancelled in it.
    floor = FLOOR * max(_magnitudes([*right.outputs.values(), *right.gradients.values()]))
    for name, value in right.outputs.items():
        if said := _parts(answer.outputs.get(name), value, floor):
            return f"{name} {said}"
    for name, value in right.gradients.items():
        if said := _parts(answer.gradients.get(name), value, floor):
            return f"the gradient by {name} {said}"
    if answer.mutated != right.mutated:
        return f"it changes its input {' and '.join(answer.mutated) or 'no more'}"
    return ""


def _parts(value: Any, right: Any, floor: float) -> str:
    if isinstance(right, Mapping):
        if not isinstance(value, Mapping) or value.keys() != right.keys():
            return "has other keys"
        found = ((key, _parts(value[key], each, floor)) for key, each in right.items())
        return next((f"[{key!r}] {said}" for key, said in found if said), "")
    if isinstance(right, list | tuple):
        if not isinstance(value, list | tuple) or len(value) != len(right):
            return "has another length"
        told = (_parts(one, other, floor) for one, other in zip(value, right, strict=True))
        return next(filter(None, told), "")
    if _is_number(right):
        if not _is_number(value):
            return "is no number"
        return _numbers(np.asarray(value), np.asarray(right), floor)
    return "" if type(value) is type(right) and value == right else "is another value"


def _magnitudes(value: Any) -> list[float]:
    """Lists the largest finite magnitude of each array, and SCALE_FLOOR."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [SCALE_FLOOR, *(found for each in value for found in _magnitudes(each))]
    if not _is_number(value):
        return [SCALE_FLOOR]
    array = np.abs(np.asarray(value, dtype=np.float64))
    return [float(np.max(array[np.isfinite(array)], initial=SCALE_FLOOR))]


def _is_number(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiub"
    return type(value) in (bool, int, float)


def _numbers(value: Array, right: Array, floor: float) -> str:
    if value.shape != right.shape:
        return f"has shape {value.shape} in place of {right.shape}"
    if not right.size:
        return ""
    known = np.isfinite(right)
    if not np.array_equal(value[~known], right[~known], equal_nan=right.dtype.kind == "f"):
        return "differs where the right one is not finite"
    exact = right[known].astype(np.float64)
    off = np.abs(value[known].astype(np.float64) - exact)
    allowed = TABLE.get(str(right.dtype))
    if not exact.size:
        return ""
    if allowed is None:
        return f"differs by {np.max(off):.3g}" if np.any(off) else ""
    scale = max(float(np.max(np.abs(exact))), floor)
    limit = SHARE * (allowed.atol * scale + allowed.rtol * np.abs(exact))
    # `not <=`, so that NaN is a difference.
    return f"differs by {np.max(off):.3g}" if not np.all(off <= limit) else ""
