"""Losses on class scores, averaged over the batch, with their gradients."""

import numpy as np

from reference.arrays import Array, floats, labels


def _scores(x: Array) -> Array:
    """Check a score matrix (N, K).

    Raises:
        ValueError: If it is not a matrix, or empty.
    """
    x = floats("x", x, 2)
    if x.size == 0:
        raise ValueError(
            f"x has shape {x.shape}; the mean loss of an empty batch is not defined. "
            f"Pass at least one row and one class."
        )
    return x


def softmax_cross_entropy(x: Array, y: Array) -> tuple[float, Array]:
    """Average the cross-entropy of softmax(x) (Bishop 2006, eqs. 4.104 and 4.108).

    The largest score of each row is subtracted first, so that scores of any size are safe.

    Args:
        x: (N, K) scores.
        y: (N,) labels in [0, K).

    Returns:
        loss: mean over the batch.  dx: (N, K).

    Raises:
        ValueError: If x is no score matrix or y does not fit it.

    >>> softmax_cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))[0]
    1000.0
    """
    x = _scores(x)
    y = labels(y, x)
    rows = np.arange(len(x))
    # log p_k = x_k - max x - log sum_j exp(x_j - max x)
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    # dx = (p - onehot(y)) / N
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return float(-log_p[rows, y].mean()), dx / len(x)


def multiclass_hinge(x: Array, y: Array) -> tuple[float, Array]:
    """Average the multi-class hinge loss with margin 1 (Weston & Watkins 1999).

    Args:
        x: (N, K) scores.
        y: (N,) labels in [0, K).

    Returns:
        loss: mean over the batch.  dx: (N, K); a margin of exactly 0 has gradient 0.

    Raises:
        ValueError: If x is no score matrix or y does not fit it.

    >>> multiclass_hinge(np.array([[3.0, 2.5, 0.0]]), np.array([0]))[0]
    0.5
    """
    x = _scores(x)
    y = labels(y, x)
    rows = np.arange(len(x))
    # loss_n = sum_{j != y} max(0, x_j - x_y + 1)
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    # dx_j = [margin_j > 0],  dx_y = -sum_j [margin_j > 0]
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = -dx.sum(axis=1)
    return float(margins.sum() / len(x)), dx / len(x)
