"""Central differences, element by element, as the courses' own tests take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any


def numeric_gradient(
    function: Callable[[Array], Any], x: Array, upstream: Any = 1.0, h: float = 1e-5
) -> Array:
    """Differentiates the sum of `function(x) * upstream` by every element of `x`."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + h
        above = np.array(function(x), copy=True)
        x[index] = kept - h
        below = np.array(function(x), copy=True)
        x[index] = kept
        gradient[index] = np.sum((above - below) * upstream) / (2 * h)
    return gradient


def relative_error(one: Array, other: Array) -> float:
    """The largest difference, relative to the two magnitudes."""
    return float(np.max(np.abs(one - other) / np.maximum(1e-8, np.abs(one) + np.abs(other))))
