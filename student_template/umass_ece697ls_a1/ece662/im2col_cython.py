"""Windows of images as columns of a matrix, and back; provided.

The name is that of the extension which other versions of this assignment compile. This one is
NumPy only, so there is nothing to compile. Columns are ordered by position, then by image.
"""

import numpy as np


def _positions(length, field, padding, stride):
    """Count the windows along one axis."""
    return (length + 2 * padding - field) // stride + 1


def col2im_6d_cython(cols, N, C, H, W, HH, WW, pad, stride):
    """Add windows up to images.

    Args:
        cols: Shape (C, HH, WW, N, H', W').
        N: Number of images.
        C: Channels.
        H: Height of an image.
        W: Width of an image.
        HH: Height of a window.
        WW: Width of a window.
        pad: Padding that the windows were cut with; it is taken off.
        stride: Between windows.

    Returns:
        Images, shape (N, C, H, W), in which each pixel is the sum over its windows.
    """
    rows, columns = _positions(H, HH, pad, stride), _positions(W, WW, pad, stride)
    padded = np.zeros((C, N, H + 2 * pad, W + 2 * pad), dtype=cols.dtype)
    for i in range(HH):
        for j in range(WW):
            target = padded[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
            target += cols[:, i, j]
    inner = padded[:, :, pad : pad + H, pad : pad + W]
    return np.ascontiguousarray(inner.transpose(1, 0, 2, 3))


def im2col_cython(x, field_height, field_width, padding, stride):
    """Cut images into windows.

    Args:
        x: Images, shape (N, C, H, W).
        field_height: Height of a window.
        field_width: Width of a window.
        padding: Zeros around each image.
        stride: Between windows.

    Returns:
        Shape (C * field_height * field_width, H' * W' * N).
    """
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(
        padded, (field_height, field_width), axis=(2, 3)
    )[:, :, ::stride, ::stride]
    # (N, C, H', W', HH, WW) -> (C, HH, WW, H', W', N)
    rows = x.shape[1] * field_height * field_width
    return windows.transpose(1, 4, 5, 2, 3, 0).reshape(rows, -1)


def col2im_cython(cols, N, C, H, W, field_height, field_width, padding, stride):
    """Add the columns of `im2col_cython` up to images of shape (N, C, H, W).

    Args:
        cols: Shape (C * field_height * field_width, H' * W' * N).
        N: Number of images.
        C: Channels.
        H: Height of an image.
        W: Width of an image.
        field_height: Height of a window.
        field_width: Width of a window.
        padding: Padding that the windows were cut with; it is taken off.
        stride: Between windows.

    Returns:
        Images in which each pixel is the sum over its windows.
    """
    rows = _positions(H, field_height, padding, stride)
    columns = _positions(W, field_width, padding, stride)
    cols = cols.reshape(C, field_height, field_width, rows, columns, N).transpose(0, 1, 2, 5, 3, 4)
    return col2im_6d_cython(cols, N, C, H, W, field_height, field_width, padding, stride)
