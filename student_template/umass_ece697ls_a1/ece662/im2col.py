"""Windows of images as columns of a matrix, by index arrays; provided.

Slower than `im2col_cython`, but each step can be printed and looked at.
"""

import numpy as np


def get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1):
    """Find where each element of each window lies in the padded images.

    Args:
        x_shape: (N, C, H, W).
        field_height: Height of a window.
        field_width: Width of a window.
        padding: Zeros around each image.
        stride: Between windows.

    Returns:
        k: Channel, shape (C * field_height * field_width, 1).
        i: Row, shape (C * field_height * field_width, H' * W').
        j: Column, same shape as i.
    """
    _, C, H, W = x_shape
    rows = (H + 2 * padding - field_height) // stride + 1
    columns = (W + 2 * padding - field_width) // stride + 1
    channel, down, across = np.indices((C, field_height, field_width)).reshape(3, -1, 1)
    top, left = stride * np.indices((rows, columns)).reshape(2, 1, -1)
    return channel, down + top, across + left


def im2col_indices(x, field_height, field_width, padding=1, stride=1):
    """Cut images (N, C, H, W) into columns: (C * field_height * field_width, H' * W' * N)."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    k, i, j = get_im2col_indices(x.shape, field_height, field_width, padding, stride)
    # (N, C * field, H' * W') -> (C * field, H' * W', N)
    return padded[:, k, i, j].transpose(1, 2, 0).reshape(k.size, -1)


def col2im_indices(cols, x_shape, field_height=3, field_width=3, padding=1, stride=1):
    """Add the columns of `im2col_indices` up to images of shape x_shape."""
    N, C, H, W = x_shape
    padded = np.zeros((N, C, H + 2 * padding, W + 2 * padding), dtype=cols.dtype)
    k, i, j = get_im2col_indices(x_shape, field_height, field_width, padding, stride)
    windows = cols.reshape(k.size, -1, N).transpose(2, 0, 1)
    # Unlike +=, np.add.at counts a pixel again for every window that it lies in.
    np.add.at(padded, (slice(None), k, i, j), windows)
    return padded[:, :, padding : padding + H, padding : padding + W]
