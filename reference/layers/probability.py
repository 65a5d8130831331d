"""Class probabilities: softmax as a layer of its own, and the cross-entropy of what it gives."""

import numpy as np

from reference.arrays import Array, expect_shape, floats


def softmax_forward(x: Array) -> tuple[Array, Array]:
    """Turn each row into probabilities (Bishop 2006, eq. 4.62).

    The largest score of each row is subtracted first, so that scores of any size are safe.

    Args:
        x: (N, K) scores.

    Returns:
        y: (N, K), each row sums to 1.  cache: y.

    >>> softmax_forward(np.array([[1000.0, 1000.0], [0.0, -1000.0]]))[0]
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    x = floats("x", x, 2)
    # y_k = exp(x_k - max x) / sum_j exp(x_j - max x)
    shifted = np.exp(x - x.max(axis=1, keepdims=True))
    y: Array = shifted / shifted.sum(axis=1, keepdims=True)
    return y, y


def softmax_backward(dy: Array, cache: Array) -> Array:
    """Propagate a gradient through softmax.

    Args:
        dy: (N, K).
        cache: From `softmax_forward`.

    Returns:
        dx: (N, K).

    Raises:
        ValueError: If dy does not have the shape of the output.
    """
    y, dy = cache, floats("dy", dy)
    expect_shape("dy", dy, y.shape, "the shape of the output")
    # dx_j = y_j (dy_j - sum_k dy_k y_k)
    dx: Array = y * (dy - (dy * y).sum(axis=1, keepdims=True))
    return dx


def cross_entropy(x: Array, t: Array) -> float:
    """Average the cross-entropy of predicted probabilities (Bishop 2006, eq. 4.108).

    Args:
        x: (N, K) probabilities, more than 0.
        t: (N, K) targets; each row sums to 1.

    Returns:
        The mean over the batch of -sum_k t_k log x_k.

    Raises:
        ValueError: If t does not have the shape of x.

    >>> round(cross_entropy(np.array([[0.5, 0.5]]), np.array([[0.0, 1.0]])), 6)
    0.693147
    """
    x, t = floats("x", x, 2), floats("t", t, 2)
    expect_shape("t", t, x.shape, "one target for each probability")
    return float(-(t * np.log(x)).sum() / len(x))


def cross_entropy_gradient(x: Array, t: Array) -> Array:
    """Return the gradient of `cross_entropy` with respect to the probabilities.

    Args:
        x: (N, K) probabilities, more than 0.
        t: (N, K) targets.

    Returns:
        dx: (N, K).

    Raises:
        ValueError: If t does not have the shape of x.
    """
    x, t = floats("x", x, 2), floats("t", t, 2)
    expect_shape("t", t, x.shape, "one target for each probability")
    # dx = -t / x / N
    dx: Array = -t / x / len(x)
    return dx
