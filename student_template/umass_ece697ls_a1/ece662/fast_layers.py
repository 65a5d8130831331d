"""Fast convolution and max pooling, without loops over images or windows; provided.

They take and return what `conv_forward_naive` and its like do, but their caches differ: a cache
goes to the backward function of the same name.
"""

import numpy as np

from .im2col import col2im_indices, im2col_indices
from .im2col_cython import col2im_6d_cython, col2im_cython, im2col_cython


def _output_size(x, height, width, pad, stride):
    """Return (H', W')."""
    return (
        (x.shape[2] + 2 * pad - height) // stride + 1,
        (x.shape[3] + 2 * pad - width) // stride + 1,
    )


def conv_forward_im2col(x, w, b, conv_param):
    """Convolve by one product of the filters with a matrix of windows."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    F, _, HH, WW = w.shape
    rows, columns = _output_size(x, HH, WW, pad, stride)
    x_cols = im2col_cython(x, HH, WW, pad, stride)
    out = w.reshape(F, -1) @ x_cols + b.reshape(-1, 1)
    out = out.reshape(F, rows, columns, x.shape[0]).transpose(3, 0, 1, 2)
    return np.ascontiguousarray(out), (x, w, b, conv_param, x_cols)


def conv_backward_im2col(dout, cache):
    """Return dx, dw, db of `conv_forward_im2col`."""
    x, w, _, conv_param, x_cols = cache
    F, _, HH, WW = w.shape
    dout_cols = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    dw = (dout_cols @ x_cols.T).reshape(w.shape)
    dx_cols = w.reshape(F, -1).T @ dout_cols
    dx = col2im_cython(dx_cols, *x.shape, HH, WW, conv_param["pad"], conv_param["stride"])
    return dx, dw, dout.sum(axis=(0, 2, 3))


def conv_forward_strides(x, w, b, conv_param):
    """Convolve by one product of the filters with windows that are views into the images."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    F, C, HH, WW = w.shape
    N = x.shape[0]
    rows, columns = _output_size(x, HH, WW, pad, stride)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), axis=(2, 3))
    # (N, C, H', W', HH, WW) -> (C, HH, WW, N, H', W')
    x_cols = windows[:, :, ::stride, ::stride].transpose(1, 4, 5, 0, 2, 3)
    x_cols = x_cols.reshape(C * HH * WW, N * rows * columns)
    out = w.reshape(F, -1) @ x_cols + b.reshape(-1, 1)
    out = out.reshape(F, N, rows, columns).transpose(1, 0, 2, 3)
    return np.ascontiguousarray(out), (x, w, b, conv_param, x_cols)


def conv_backward_strides(dout, cache):
    """Return dx, dw, db of `conv_forward_strides`."""
    x, w, _, conv_param, x_cols = cache
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, rows, columns = dout.shape
    dout_cols = dout.transpose(1, 0, 2, 3).reshape(F, -1)
    dw = (dout_cols @ x_cols.T).reshape(w.shape)
    dx_cols = (w.reshape(F, -1).T @ dout_cols).reshape(C, HH, WW, N, rows, columns)
    dx = col2im_6d_cython(dx_cols, N, C, H, W, HH, WW, conv_param["pad"], conv_param["stride"])
    return dx, dw, dout.sum(axis=(0, 2, 3))


conv_forward_fast = conv_forward_strides
conv_backward_fast = conv_backward_strides


def _tiles(x, pool_param):
    """Say whether square windows cover the images without overlap or margin."""
    height, width = pool_param["pool_height"], pool_param["pool_width"]
    square = height == width == pool_param["stride"]
    return square and x.shape[2] % height == 0 and x.shape[3] % width == 0


def max_pool_forward_fast(x, pool_param):
    """Take maxima by reshaping where windows tile the images, else by columns."""
    if _tiles(x, pool_param):
        out, cache = max_pool_forward_reshape(x, pool_param)
        return out, ("reshape", cache)
    out, cache = max_pool_forward_im2col(x, pool_param)
    return out, ("im2col", cache)


def max_pool_backward_fast(dout, cache):
    """Return dx of `max_pool_forward_fast`."""
    method, inner = cache
    if method == "reshape":
        return max_pool_backward_reshape(dout, inner)
    return max_pool_backward_im2col(dout, inner)


def max_pool_forward_reshape(x, pool_param):
    """Take maxima of windows that tile the images."""
    if not _tiles(x, pool_param):
        raise ValueError(
            f"windows {pool_param} do not tile images of shape {x.shape}; use "
            f"max_pool_forward_im2col."
        )
    N, C, H, W = x.shape
    size = pool_param["stride"]
    tiles = x.reshape(N, C, H // size, size, W // size, size)
    out = tiles.max(axis=(3, 5))
    return out, (x, tiles, out)


def max_pool_backward_reshape(dout, cache):
    """Return dx of `max_pool_forward_reshape`; equal maxima share the gradient."""
    x, tiles, out = cache
    won = tiles == out[:, :, :, np.newaxis, :, np.newaxis]
    share = won / won.sum(axis=(3, 5), keepdims=True)
    dx = share * dout[:, :, :, np.newaxis, :, np.newaxis]
    return dx.reshape(x.shape).astype(dout.dtype, copy=False)


def max_pool_forward_im2col(x, pool_param):
    """Take maxima of any windows, each of them a column of a matrix."""
    height, width = pool_param["pool_height"], pool_param["pool_width"]
    N, C, H, W = x.shape
    rows, columns = _output_size(x, height, width, 0, pool_param["stride"])
    channels = x.reshape(N * C, 1, H, W)
    x_cols = im2col_indices(channels, height, width, padding=0, stride=pool_param["stride"])
    winner = x_cols.argmax(axis=0)
    out = x_cols[winner, np.arange(x_cols.shape[1])]
    # Columns are ordered by position, then by image and channel.
    out = out.reshape(rows, columns, N, C).transpose(2, 3, 0, 1)
    return np.ascontiguousarray(out), (x, x_cols, winner, pool_param)


def max_pool_backward_im2col(dout, cache):
    """Return dx of `max_pool_forward_im2col`; the first of equal maxima gets the gradient."""
    x, x_cols, winner, pool_param = cache
    N, C, H, W = x.shape
    dx_cols = np.zeros(x_cols.shape, dtype=dout.dtype)
    dx_cols[winner, np.arange(x_cols.shape[1])] = dout.transpose(2, 3, 0, 1).ravel()
    dx = col2im_indices(
        dx_cols,
        (N * C, 1, H, W),
        pool_param["pool_height"],
        pool_param["pool_width"],
        padding=0,
        stride=pool_param["stride"],
    )
    return dx.reshape(x.shape)
