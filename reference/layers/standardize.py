"""Subtract a mean and divide by a standard deviation, over any axes; forward and backward.

What every normalization shares. Which axes, and which shapes of gain and bias, is decided by the
layers that use it. Variances are biased (divided by the count).
"""

from typing import NamedTuple

import numpy as np

from reference.arrays import Array, expect_shape, floats


class NormCache(NamedTuple):
    """What the backward functions need, and the statistics of the batch."""

    x_shape: tuple[int, ...]
    x_centred: Array  # x - mean, in the shape in which the statistics were taken
    mean: Array
    var: Array
    axes: tuple[int, ...]  # of x_centred, over which the statistics were taken
    gain: Array  # shaped to broadcast against x
    gain_shape: tuple[int, ...]
    eps: float


def standardize_forward(
    x: Array,
    split: tuple[int, ...],
    axes: tuple[int, ...],
    gain: Array,
    bias: Array,
    broadcast: tuple[int, ...],
    eps: float,
) -> tuple[Array, NormCache]:
    """Normalize x, seen in the shape `split`, over `axes`; gain and bias broadcast against x."""
    check_eps(eps)
    if x.size == 0:
        raise ValueError(
            f"x has shape {x.shape}; an empty array has no mean. Pass at least one element."
        )
    grouped = x.reshape(split)
    mean = grouped.mean(axis=axes, keepdims=True)
    centred = grouped - mean
    # var = mean (x - mean)^2
    var = (centred**2).mean(axis=axes, keepdims=True)
    # y = gain (x - mean) / sqrt(var + eps) + bias
    x_hat = (centred / np.sqrt(var + eps)).reshape(x.shape)
    wide = gain.reshape(broadcast)
    y: Array = wide * x_hat + bias.reshape(broadcast)
    return y, NormCache(x.shape, centred, mean, var, axes, wide, gain.shape, eps)


def normalization_backward(dy: Array, cache: NormCache) -> tuple[Array, Array, Array]:
    """Propagate a gradient through any of the normalizations.

    The three terms are what is left of the chain rule of Ioffe & Szegedy (2015, sec. 3) once it
    is simplified.

    Args:
        dy: The shape of x.
        cache: From the forward function.

    Returns:
        dx: the shape of x.  dgain, dbias: the shape of gain.

    Raises:
        ValueError: If dy does not have the shape of x.
    """
    deviation = np.sqrt(cache.var + cache.eps)
    x_hat = cache.x_centred / deviation
    dx_hat, dgain, dbias = _parameter_gradients(dy, x_hat, cache)
    # dx = (dx_hat - mean(dx_hat) - x_hat mean(dx_hat x_hat)) / sqrt(var + eps)
    dx = dx_hat - dx_hat.mean(axis=cache.axes, keepdims=True)
    dx -= x_hat * (dx_hat * x_hat).mean(axis=cache.axes, keepdims=True)
    dx /= deviation
    return dx.reshape(cache.x_shape), dgain, dbias


def normalization_backward_by_steps(dy: Array, cache: NormCache) -> tuple[Array, Array, Array]:
    """Propagate a gradient as `normalization_backward` does, one chain-rule step at a time.

    Args:
        dy: The shape of x.
        cache: From the forward function.

    Returns:
        dx: the shape of x.  dgain, dbias: the shape of gain.

    Raises:
        ValueError: If dy does not have the shape of x.
    """
    axes, centred = cache.axes, cache.x_centred
    inverse = 1 / np.sqrt(cache.var + cache.eps)
    count = centred.size // cache.var.size
    dx_hat, dgain, dbias = _parameter_gradients(dy, centred * inverse, cache)
    # The six equations of Ioffe & Szegedy 2015, sec. 3, in their order:
    # dvar = sum dx_hat (x - mean) (-1/2) (var + eps)^(-3/2)
    dvar = (dx_hat * centred).sum(axis=axes, keepdims=True) * (-0.5) * inverse**3
    # dmean = sum -dx_hat / sqrt(var + eps) + dvar mean(-2 (x - mean))
    dmean = (-dx_hat * inverse).sum(axis=axes, keepdims=True)
    dmean += dvar * (-2 * centred).mean(axis=axes, keepdims=True)
    # dx = dx_hat / sqrt(var + eps) + dvar 2 (x - mean) / count + dmean / count
    dx = dx_hat * inverse + dvar * 2 * centred / count + dmean / count
    return dx.reshape(cache.x_shape), dgain, dbias


def check_eps(eps: float) -> None:
    """Refuse an eps that cannot keep the division finite."""
    if not eps > 0:
        raise ValueError(
            f"eps is {eps!r}; it keeps the division by the standard deviation finite and must "
            f"be positive. Use 1e-5 unless told otherwise."
        )


def _parameter_gradients(dy: Array, x_hat: Array, cache: NormCache) -> tuple[Array, Array, Array]:
    """Return the gradients of x_hat (in its split shape), gain and bias."""
    dy = floats("dy", dy)
    expect_shape("dy", dy, cache.x_shape, "the shape of x")
    summed = tuple(axis for axis, length in enumerate(cache.gain.shape) if length == 1)
    # dgain = sum dy x_hat, dbias = sum dy, over the axes along which they were broadcast
    dgain = (dy * x_hat.reshape(cache.x_shape)).sum(axis=summed).reshape(cache.gain_shape)
    dbias = dy.sum(axis=summed).reshape(cache.gain_shape)
    # dx_hat = dy gain
    return (dy * cache.gain).reshape(x_hat.shape), dgain, dbias
