"""Element-wise activations."""

import numpy as np

from reference.arrays import Array, expect_shape, floats


def relu_forward(x: Array) -> tuple[Array, Array]:
    """Keep what is positive, element by element (Nair & Hinton 2010).

    Args:
        x: (*).

    Returns:
        y: (*), max(0, x).  cache: x.

    >>> relu_forward(np.array([-1.0, 0.0, 2.0]))[0]
    array([0., 0., 2.])
    """
    x = floats("x", x)
    # y = max(0, x)
    return np.maximum(x, 0), x


def relu_backward(dy: Array, cache: Array) -> Array:
    """Pass the gradient where x was positive; the gradient at exactly 0 is 0.

    Args:
        dy: (*), the shape of x.
        cache: From `relu_forward`.

    Returns:
        dx: (*).

    Raises:
        ValueError: If dy does not have the shape of x.
    """
    dy = floats("dy", dy)
    expect_shape("dy", dy, cache.shape, "the shape of x")
    # dx = dy [x > 0]
    dx: Array = dy * (cache > 0)
    return dx


def elu_forward(x: Array) -> tuple[Array, Array]:
    """Bend what is negative towards -1 (Clevert, Unterthiner & Hochreiter 2016, eq. 2; alpha 1).

    Args:
        x: (*).

    Returns:
        y: (*), x where x >= 0 and exp(x) - 1 below.  cache: y.

    >>> elu_forward(np.array([-1000.0, 0.0, 2.0]))[0]
    array([-1.,  0.,  2.])
    """
    x = floats("x", x)
    # exp of what is positive is never used and would overflow
    y: Array = np.where(x >= 0, x, np.expm1(np.minimum(x, 0)))
    return y, y


def elu_backward(dy: Array, cache: Array) -> Array:
    """Pass the gradient where x was positive, scaled by exp(x) below.

    Args:
        dy: (*), the shape of x.
        cache: From `elu_forward`.

    Returns:
        dx: (*).

    Raises:
        ValueError: If dy does not have the shape of x.
    """
    dy = floats("dy", dy)
    expect_shape("dy", dy, cache.shape, "the shape of x")
    # dx = dy exp(min(x, 0)), and exp(x) = y + 1 below 0
    dx: Array = dy * np.where(cache >= 0, 1.0, cache + 1).astype(dy.dtype, copy=False)
    return dx
