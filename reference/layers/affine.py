"""The affine (fully connected) layer: y = x W + b on flattened rows."""

from typing import NamedTuple

from reference.arrays import Array, expect_shape, floats


class AffineCache(NamedTuple):
    """What `affine_backward` needs: inputs as they were given, and the weights."""

    x: Array
    w: Array
    out_features: int


def affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, AffineCache]:
    """Map each flattened row of x to M features (Goodfellow, Bengio & Courville 2016, eq. 6.3).

    Args:
        x: (N, d_1, ..., d_k), flattened to (N, D) with D = d_1 ... d_k.
        w: (D, M).
        b: (M,).

    Returns:
        y: (N, M).  cache: what `affine_backward` needs.

    Raises:
        ValueError: If x has no batch axis, or w or b do not fit.

    >>> import numpy as np
    >>> affine_forward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0]))[0]
    array([[16.]])
    """
    x, w, b = floats("x", x), floats("w", w, 2), floats("b", b, 1)
    if x.ndim < 1:
        raise ValueError(
            "x is a single number; the affine layer maps a batch of rows. "
            "Give x a batch axis first, for example with x.reshape(1, -1)."
        )
    features = 1
    for length in x.shape[1:]:
        features *= length
    expect_shape("w", w, (features, w.shape[1]), f"one row for each of the {features} inputs")
    expect_shape("b", b, (w.shape[1],), "one bias for each column of w")
    # y = x W + b
    y: Array = x.reshape(x.shape[0], features) @ w + b
    return y, AffineCache(x, w, w.shape[1])


def affine_backward(dy: Array, cache: AffineCache) -> tuple[Array, Array, Array]:
    """Propagate a gradient through the affine layer.

    Args:
        dy: (N, M).
        cache: From `affine_forward`.

    Returns:
        dx: shape of x.  dw: (D, M).  db: (M,).

    Raises:
        ValueError: If dy does not have the shape of the output.
    """
    x, w, out_features = cache
    dy = floats("dy", dy)
    expect_shape("dy", dy, (x.shape[0], out_features), "the shape of the output")
    # dx = dy W^T, dW = x^T dy, db = sum_n dy_n
    dx = (dy @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], w.shape[0]).T @ dy
    return dx, dw, dy.sum(axis=0)
