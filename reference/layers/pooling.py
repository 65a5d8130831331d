"""Max pooling over windows that may overlap or leave a margin; there is no padding."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reference.arrays import Array, expect_int, expect_shape, floats
from reference.layers.convolution import output_length, strided_windows


class MaxPoolCache(NamedTuple):
    """What `max_pool_backward` needs."""

    winners: NDArray[np.intp]  # (N, C, H', W'), position of each maximum in x.ravel()
    x_shape: tuple[int, ...]
    dtype: np.dtype[np.generic]


def max_pool_forward(
    x: Array, *, height: int, width: int, stride: int
) -> tuple[Array, MaxPoolCache]:
    """Take the largest element of each window (Goodfellow, Bengio & Courville 2016, sec. 9.3).

    Args:
        x: (N, C, H, W).
        height: Height of the window.
        width: Width of the window.
        stride: Step between windows, in both directions.

    Returns:
        y: (N, C, H', W') with H' = 1 + floor((H - height) / stride), W' likewise.
        cache: what `max_pool_backward` needs.

    Raises:
        ValueError: If x is not a batch of images, or the window does not fit it.

    >>> max_pool_forward(np.arange(4.0).reshape(1, 1, 2, 2), height=2, width=2, stride=1)[0]
    array([[[[3.]]]])
    """
    x = floats("x", x, 4)
    height, width = expect_int("height", height, 1), expect_int("width", width, 1)
    stride = expect_int("stride", stride, 1)
    batch, channels, image_height, image_width = x.shape
    rows = output_length(image_height, height, stride)
    columns = output_length(image_width, width, stride)

    windows = strided_windows(x, height, width, stride)
    flat = windows.reshape(batch, channels, rows, columns, height * width)
    # y[n,c,i,j] = max_{p,q} x[n, c, i s + p, j s + q]; argmax takes the first of equal maxima
    first = flat.argmax(axis=-1)
    y = np.take_along_axis(flat, first[..., None], axis=-1)[..., 0]

    row = first // width + stride * np.arange(rows)[:, None]
    column = first % width + stride * np.arange(columns)
    image = np.arange(batch * channels).reshape(batch, channels, 1, 1)
    winners = (image * image_height + row) * image_width + column
    return y, MaxPoolCache(winners, x.shape, x.dtype)


def max_pool_backward(dy: Array, cache: MaxPoolCache) -> Array:
    """Send each gradient to the first maximum of its window, adding where windows overlap.

    Args:
        dy: (N, C, H', W').
        cache: From `max_pool_forward`.

    Returns:
        dx: (N, C, H, W).

    Raises:
        ValueError: If dy does not have the shape of the output.
    """
    winners, x_shape, dtype = cache
    dy = floats("dy", dy)
    expect_shape("dy", dy, winners.shape, "the shape of the output")
    # dx[k] = sum of dy[n,c,i,j] over the windows whose maximum is element k
    size = int(np.prod(x_shape))
    dx = np.bincount(winners.ravel(), weights=dy.ravel(), minlength=size)
    return dx.reshape(x_shape).astype(np.result_type(dtype, dy.dtype), copy=False)
