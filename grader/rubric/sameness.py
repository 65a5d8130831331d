"""Compares parameter records, which may hold arrays, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def same_value(one: Any, other: Any) -> bool:
    """Tells whether two values are the same; the order of a mapping's keys counts.

    >>> same_value({"a": np.ones(2)}, {"a": np.ones(2)}), same_value([1], (1,))
    (True, False)
    """
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return list(one) == list(other) and all(same_value(one[key], other[key]) for key in one)
    if type(one) is not type(other):
        return False
    if is_dataclass(one) and not isinstance(one, type):
        return all(
            same_value(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_value, one, other))
    return bool(one == other)
