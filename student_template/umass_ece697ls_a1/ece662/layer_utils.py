"""Layers that often follow one another, each pair or triple as one function; provided."""

from .fast_layers import (
    conv_backward_fast,
    conv_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)
from .layers import (
    affine_backward,
    affine_forward,
    relu_backward,
    relu_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
)


def affine_relu_forward(x, w, b):
    """Compute affine - relu.

    Args:
        x: Input, shape (N, d_1, ..., d_k).
        w: Weights, shape (D, M).
        b: Biases, shape (M,).

    Returns:
        out: Output, shape (N, M).
        cache: For `affine_relu_backward`.
    """
    linear, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(linear)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache):
    """Return dx, dw, db of affine - relu."""
    affine_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), affine_cache)


def conv_relu_forward(x, w, b, conv_param):
    """Compute convolution - relu.

    Args:
        x: Images, shape (N, C, H, W).
        w: Filters, shape (F, C, HH, WW).
        b: Biases, shape (F,).
        conv_param: Stride and pad of the convolution.

    Returns:
        out: Output, shape (N, F, H', W').
        cache: For `conv_relu_backward`.
    """
    linear, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward(linear)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    """Return dx, dw, db of convolution - relu."""
    conv_cache, relu_cache = cache
    return conv_backward_fast(relu_backward(dout, relu_cache), conv_cache)


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):
    """Compute convolution - spatial batch normalization - relu.

    Args:
        x: Images, shape (N, C, H, W).
        w: Filters, shape (F, C, HH, WW).
        b: Biases, shape (F,).
        gamma: Scale, shape (F,).
        beta: Shift, shape (F,).
        conv_param: Stride and pad of the convolution.
        bn_param: Settings of the batch normalization.

    Returns:
        out: Output, shape (N, F, H', W').
        cache: For `conv_bn_relu_backward`.
    """
    linear, conv_cache = conv_forward_fast(x, w, b, conv_param)
    normalized, bn_cache = spatial_batchnorm_forward(linear, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)
    return out, (conv_cache, bn_cache, relu_cache)


def conv_bn_relu_backward(dout, cache):
    """Return dx, dw, db, dgamma, dbeta of convolution - batch normalization - relu."""
    conv_cache, bn_cache, relu_cache = cache
    dnormalized = relu_backward(dout, relu_cache)
    dlinear, dgamma, dbeta = spatial_batchnorm_backward(dnormalized, bn_cache)
    dx, dw, db = conv_backward_fast(dlinear, conv_cache)
    return dx, dw, db, dgamma, dbeta


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """Compute convolution - relu - max pool.

    Args:
        x: Images, shape (N, C, H, W).
        w: Filters, shape (F, C, HH, WW).
        b: Biases, shape (F,).
        conv_param: Stride and pad of the convolution.
        pool_param: Height, width and stride of the pooling windows.

    Returns:
        out: Output, shape (N, F, H', W').
        cache: For `conv_relu_pool_backward`.
    """
    linear, conv_cache = conv_forward_fast(x, w, b, conv_param)
    positive, relu_cache = relu_forward(linear)
    out, pool_cache = max_pool_forward_fast(positive, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)


def conv_relu_pool_backward(dout, cache):
    """Return dx, dw, db of convolution - relu - max pool."""
    conv_cache, relu_cache, pool_cache = cache
    dlinear = relu_backward(max_pool_backward_fast(dout, pool_cache), relu_cache)
    return conv_backward_fast(dlinear, conv_cache)
