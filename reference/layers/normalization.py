"""Normalization over the batch, over features, or over groups of channels.

The layers differ in the axes over which mean and variance are taken; the arithmetic, and one
backward function for all of them, is in `reference.layers.standardize`.
"""

import numpy as np

from reference.arrays import Array, expect_int, expect_shape, floats
from reference.layers.standardize import (
    NormCache,
    check_eps,
    normalization_backward,
    normalization_backward_by_steps,
    standardize_forward,
)

__all__ = [
    "NormCache",
    "batch_norm_forward",
    "batch_norm_test",
    "group_norm_forward",
    "layer_norm_forward",
    "normalization_backward",
    "normalization_backward_by_steps",
    "running_average",
]


def batch_norm_forward(
    x: Array, gain: Array, bias: Array, *, eps: float = 1e-5
) -> tuple[Array, NormCache]:
    """Normalize each feature over the batch (Ioffe & Szegedy 2015, algorithm 1).

    Args:
        x: (N, D), or (N, C, H, W) where each channel is normalized over batch and positions.
        gain: (D,) or (C,); or, with as many axes as x, anything that broadcasts to it, such as
            a column by which rows are scaled. Gradients come back in the same shape.
        bias: The shape of gain.
        eps: Added to the variance.

    Returns:
        y: the shape of x.  cache: also holds `mean` and `var` of the batch.

    Raises:
        ValueError: If the shapes do not fit or eps is not positive.

    >>> batch_norm_forward(np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1))[0].round(3)
    array([[-1.],
           [ 1.]])
    """
    x = floats("x", x, 2, 4)
    axes = (0,) if x.ndim == 2 else (0, 2, 3)
    broadcast = tuple(1 if axis in axes else length for axis, length in enumerate(x.shape))
    shape: tuple[int, ...] = (x.shape[1],)
    if _broadcasts(gain, x):
        shape = broadcast = np.shape(gain)
    gain, bias = _gain_and_bias(gain, bias, shape, "one value for each feature of x")
    return standardize_forward(x, x.shape, axes, gain, bias, broadcast, eps)


def batch_norm_test(
    x: Array, mean: Array, var: Array, gain: Array, bias: Array, *, eps: float = 1e-5
) -> Array:
    """Normalize with given statistics, as at test time (Ioffe & Szegedy 2015, algorithm 2).

    Args:
        x: (N, D) or (N, C, H, W).
        mean: (D,) or (C,).
        var: (D,) or (C,).
        gain: (D,) or (C,).
        bias: (D,) or (C,).
        eps: Added to the variance.

    Returns:
        y: the shape of x.

    Raises:
        ValueError: If the shapes do not fit or eps is not positive.
    """
    x = floats("x", x, 2, 4)
    mean, var = floats("mean", mean), floats("var", var)
    shape, because = (x.shape[1],), "one value for each feature of x"
    gain, bias = _gain_and_bias(gain, bias, shape, because)
    expect_shape("mean", mean, shape, because)
    expect_shape("var", var, shape, because)
    check_eps(eps)
    column = (1, -1) + (1,) * (x.ndim - 2)
    mean, var, gain, bias = (a.reshape(column) for a in (mean, var, gain, bias))
    # y = gain (x - mean) / sqrt(var + eps) + bias
    y: Array = gain * (x - mean) / np.sqrt(var + eps) + bias
    return y


def running_average(old: Array, batch: Array, momentum: float) -> Array:
    """Move a running statistic towards that of a batch: momentum old + (1 - momentum) batch."""
    average: Array = momentum * old + (1 - momentum) * batch
    return average


def layer_norm_forward(
    x: Array, gain: Array, bias: Array, *, eps: float = 1e-5
) -> tuple[Array, NormCache]:
    """Normalize each row over its last axis (Ba, Kiros & Hinton 2016, eqs. 3 and 4).

    Args:
        x: (*, D).
        gain: (D,); or, with as many axes as x, anything that broadcasts to it.
        bias: The shape of gain.
        eps: Added to the variance.

    Returns:
        y: (*, D).  cache: what `normalization_backward` needs.

    Raises:
        ValueError: If the shapes do not fit or eps is not positive.

    >>> layer_norm_forward(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2))[0].round(3)
    array([[-1.,  1.]])
    """
    x = floats("x", x)
    if x.ndim < 1:
        raise ValueError(
            "x is a single number; layer normalization needs a last axis of features. "
            "Pass an array of shape (*, D)."
        )
    shape, broadcast = x.shape[-1:], (1,) * (x.ndim - 1) + x.shape[-1:]
    if _broadcasts(gain, x):
        shape = broadcast = np.shape(gain)
    gain, bias = _gain_and_bias(gain, bias, shape, "one value for each feature of x")
    return standardize_forward(x, x.shape, (x.ndim - 1,), gain, bias, broadcast, eps)


def group_norm_forward(
    x: Array, gain: Array, bias: Array, groups: int, *, eps: float = 1e-5
) -> tuple[Array, NormCache]:
    """Normalize each image over groups of channels and positions (Wu & He 2018, eqs. 1 and 7).

    Args:
        x: (N, C, H, W).
        gain: (C,) or (1, C, 1, 1); gradients come back in the same shape.
        bias: The shape of gain.
        groups: Number of groups, a divisor of C.
        eps: Added to the variance.

    Returns:
        y: (N, C, H, W).  cache: what `normalization_backward` needs.

    Raises:
        ValueError: If the shapes do not fit, C is not divisible, or eps is not positive.
    """
    x, groups = floats("x", x, 4), expect_int("groups", groups, 1)
    batch, channels, height, width = x.shape
    if channels % groups:
        raise ValueError(
            f"{channels} channels cannot be split into {groups} equal groups. "
            f"Choose a number of groups that divides {channels}."
        )
    broadcast = (1, channels, 1, 1)
    shape = broadcast if np.ndim(gain) == 4 else (channels,)
    gain, bias = _gain_and_bias(gain, bias, shape, "one value for each channel of x")
    split = (batch, groups, channels // groups, height, width)
    return standardize_forward(x, split, (2, 3, 4), gain, bias, broadcast, eps)


def _broadcasts(gain: Array, x: Array) -> bool:
    """Say whether gain has an axis for each of x, as where one layer is made of another.

    Layer normalization by way of batch normalization transposes x, and with it gain and bias.
    """
    shape = np.shape(gain)
    return len(shape) == x.ndim and all(a in (1, b) for a, b in zip(shape, x.shape, strict=True))


def _gain_and_bias(
    gain: Array, bias: Array, shape: tuple[int, ...], because: str
) -> tuple[Array, Array]:
    """Check the two learnable parameters."""
    gain, bias = floats("gain", gain), floats("bias", bias)
    expect_shape("gain", gain, shape, because)
    expect_shape("bias", bias, shape, because)
    return gain, bias
