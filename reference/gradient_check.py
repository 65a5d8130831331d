"""Numerical gradients by central differences, to hold analytic ones against."""

from collections.abc import Callable

import numpy as np

from reference.arrays import Array, expect_shape


def relative_error(a: Array, b: Array) -> float:
    """Return the largest |a - b| / max(1e-8, |a| + |b|) over all elements.

    >>> relative_error(np.array([1.0]), np.array([3.0]))
    0.5
    """
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)), initial=0.0))


def numerical_gradient(f: Callable[[Array], Array], x: Array, dy: Array, h: float = 1e-5) -> Array:
    """Estimate the gradient of <f(x), dy> with respect to each element of x.

    Args:
        f: A function of x alone; it may read x but need not copy it.
        x: (*) float64; left as it was.
        dy: The shape of f(x).
        h: Half the step.

    Returns:
        dx: (*).

    Raises:
        ValueError: If dy does not have the shape of f(x).

    >>> numerical_gradient(lambda x: x**2, np.array([3.0]), np.array([1.0])).round(6)
    array([6.])
    """
    x = np.array(x, dtype=np.float64)
    expect_shape("dy", np.asarray(dy), np.shape(f(x)), "the shape of f(x)")
    dx = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = np.array(f(x))
        x[index] = old - h
        below = np.array(f(x))
        x[index] = old
        # <f(x + h e) - f(x - h e), dy> / 2h
        dx[index] = np.sum((above - below) * dy) / (2 * h)
    return dx
