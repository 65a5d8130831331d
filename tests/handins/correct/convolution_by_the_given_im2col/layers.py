from .im2col import im2col_indices, col2im_indices
from ece662.vis_utils import visualize_grid
from .gradient_check import *
from .fast_layers import max_pool_forward_fast, max_pool_backward_fast


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    cols = im2col_indices(x, HH, WW, padding=pad, stride=stride)
    out = w.reshape(F, -1) @ cols + b.reshape(-1, 1)
    out = out.reshape(F, (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1, N)
    return out.transpose(3, 0, 1, 2), (x, w, b, conv_param, cols)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param, cols = cache
    F, C, HH, WW = w.shape
    d = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    dcols = w.reshape(F, -1).T @ d
    dx = col2im_indices(dcols, x.shape, HH, WW, padding=conv_param['pad'], stride=conv_param['stride'])
    return dx, (d @ cols.T).reshape(w.shape), d.sum(axis=1)


def max_pool_forward_naive(x, pool_param):
    return max_pool_forward_fast(x, pool_param)


def max_pool_backward_naive(dout, cache):
    return max_pool_backward_fast(dout, cache)
