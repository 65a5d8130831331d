"""Inverted dropout: kept activations are scaled up, so that testing needs no change.

The random numbers are an argument; where they come from is the caller's business.
"""

import numpy as np

from reference.arrays import Array, expect_shape, floats


def dropout_forward(x: Array, keep: float, uniform: Array) -> tuple[Array, Array]:
    """Keep each element with probability `keep` (Srivastava et al. 2014, sec. 4, inverted).

    Args:
        x: (*).
        keep: Probability of keeping an element, in (0, 1].
        uniform: (*), numbers in [0, 1); an element is kept where its number is below `keep`.

    Returns:
        y: (*).  cache: the mask, 0 where dropped and 1 / keep where kept.

    Raises:
        ValueError: If `keep` is not a probability above 0, or `uniform` does not fit x.

    >>> dropout_forward(np.array([1.0, 2.0]), 0.5, np.array([0.9, 0.1]))[0]
    array([0., 4.])
    """
    x = floats("x", x)
    uniform = floats("uniform", uniform)
    if not 0 < keep <= 1:
        raise ValueError(
            f"keep is {keep!r}; the probability of keeping an element lies in (0, 1]. "
            f"Leave the layer out to keep everything."
        )
    expect_shape("uniform", uniform, x.shape, "one random number for each element of x")
    # mask = [u < keep] / keep,  y = x mask, so E[y] = x
    mask = ((uniform < keep) / keep).astype(x.dtype)
    return x * mask, mask


def dropout_backward(dy: Array, cache: Array) -> Array:
    """Pass the gradient where elements were kept, scaled as they were.

    Args:
        dy: (*), the shape of x.
        cache: The mask from `dropout_forward`.

    Returns:
        dx: (*).

    Raises:
        ValueError: If dy does not have the shape of x.
    """
    dy = floats("dy", dy)
    expect_shape("dy", dy, cache.shape, "the shape of x")
    dx: Array = np.multiply(dy, cache)
    return dx
