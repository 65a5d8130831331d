"""Two-dimensional convolution (cross-correlation) with stride and zero padding.

Windows are views made by strides, and the products are matrix products over all of them at
once; the only loop is over the few positions inside a filter, in the backward pass.
"""

from typing import NamedTuple

import numpy as np

from reference.arrays import Array, expect_int, expect_shape, floats


class ConvolutionCache(NamedTuple):
    """What `convolution_backward` needs."""

    windows: Array  # (N, C, H', W', HH, WW), a view into the padded input
    w: Array
    padded_shape: tuple[int, ...]
    stride: int
    pad: int


def output_length(length: int, window: int, stride: int, pad: int = 0) -> int:
    """Count the window positions along one axis: 1 + floor((length + 2 pad - window) / stride).

    Raises:
        ValueError: If the window is longer than the padded input.

    >>> output_length(7, window=3, stride=2, pad=1)
    4
    """
    if window > length + 2 * pad:
        raise ValueError(
            f"a window of {window} does not fit an input of {length} padded by {pad} on each "
            f"side; the output would be empty. Use a smaller window or more padding."
        )
    return 1 + (length + 2 * pad - window) // stride


def strided_windows(x: Array, height: int, width: int, stride: int) -> Array:
    """View x (N, C, H, W) as its windows, (N, C, H', W', height, width), without copying."""
    every = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))
    return every[:, :, ::stride, ::stride]


def convolution_forward(
    x: Array, w: Array, b: Array, *, stride: int = 1, pad: int = 0
) -> tuple[Array, ConvolutionCache]:
    """Slide F filters over the images (Goodfellow, Bengio & Courville 2016, eqs. 9.7 and 9.8).

    Rows and columns that the last window does not reach are left out.

    Args:
        x: (N, C, H, W).
        w: (F, C, HH, WW).
        b: (F,).
        stride: Step between windows, in both directions.
        pad: Zeros put around each image, on all four sides.

    Returns:
        y: (N, F, H', W') with H' = 1 + floor((H + 2 pad - HH) / stride), W' likewise.
        cache: what `convolution_backward` needs.

    Raises:
        ValueError: If the shapes do not fit, or stride or pad are not possible.

    >>> convolution_forward(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2)), np.ones(1))[0]
    array([[[[5.]]]])
    """
    x, w, b = floats("x", x, 4), floats("w", w, 4), floats("b", b, 1)
    stride, pad = expect_int("stride", stride, 1), expect_int("pad", pad, 0)
    filters, _, height, width = w.shape
    expect_shape("w", w, (filters, x.shape[1], height, width), "as many channels as x")
    expect_shape("b", b, (filters,), "one bias for each filter")
    output_length(x.shape[2], height, stride, pad)
    output_length(x.shape[3], width, stride, pad)

    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = strided_windows(padded, height, width, stride)
    # y[n,f,i,j] = b[f] + sum_{c,p,q} padded[n, c, i s + p, j s + q] w[f,c,p,q]
    y = np.tensordot(windows, w, axes=([1, 4, 5], [1, 2, 3])) + b
    cache = ConvolutionCache(windows, w, padded.shape, stride, pad)
    return np.ascontiguousarray(y.transpose(0, 3, 1, 2)), cache


def convolution_backward(dy: Array, cache: ConvolutionCache) -> tuple[Array, Array, Array]:
    """Propagate a gradient through the convolution.

    Args:
        dy: (N, F, H', W').
        cache: From `convolution_forward`.

    Returns:
        dx: (N, C, H, W).  dw: (F, C, HH, WW).  db: (F,).

    Raises:
        ValueError: If dy does not have the shape of the output.
    """
    windows, w, padded_shape, stride, pad = cache
    batch, _, rows, columns, height, width = windows.shape
    dy = floats("dy", dy)
    expect_shape("dy", dy, (batch, len(w), rows, columns), "the shape of the output")

    # dw[f,c,p,q] = sum_{n,i,j} dy[n,f,i,j] padded[n, c, i s + p, j s + q]
    dw = np.tensordot(dy, windows, axes=([0, 2, 3], [0, 2, 3]))
    # share[c,p,q,n,i,j] = sum_f w[f,c,p,q] dy[n,f,i,j], added where window (i, j) lay
    share = np.tensordot(w, dy, axes=([0], [1]))
    dpadded = np.zeros(padded_shape, dtype=share.dtype)
    for p in range(height):
        for q in range(width):
            below, right = p + stride * rows, q + stride * columns
            dpadded[:, :, p:below:stride, q:right:stride] += share[:, p, q].swapaxes(0, 1)
    bottom, end = padded_shape[2] - pad, padded_shape[3] - pad
    return dpadded[:, :, pad:bottom, pad:end].copy(), dw, dy.sum(axis=(0, 2, 3))
