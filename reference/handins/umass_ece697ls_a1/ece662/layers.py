"""The assignment's layers: its names and dicts of settings around the reference layers."""

from typing import Any

import numpy as np

from reference.arrays import Array
from reference.layers import activation, affine, convolution, dropout, loss, normalization, pooling

Settings = dict[str, Any]
Gradients = tuple[Array, Array, Array]


def affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, Any]:
    """Map x (N, d_1, ..., d_k) to (N, M)."""
    return affine.affine_forward(x, w, b)


def affine_backward(dout: Array, cache: Any) -> Gradients:
    """Return dx, dw, db of `affine_forward`."""
    return affine.affine_backward(dout, cache)


def relu_forward(x: Array) -> tuple[Array, Any]:
    """Keep what is positive."""
    return activation.relu_forward(x)


def relu_backward(dout: Array, cache: Any) -> Array:
    """Return dx of `relu_forward`."""
    return activation.relu_backward(dout, cache)


def batchnorm_forward(x: Array, gamma: Array, beta: Array, bn_param: Settings) -> tuple[Array, Any]:
    """Normalize x (N, D) over the batch, or with running statistics in test mode.

    Args:
        x: (N, D).
        gamma: (D,).
        beta: (D,).
        bn_param: `mode` ("train" or "test"), `eps`, `momentum`; `running_mean` and `running_var`
            are written back.

    Returns:
        out: (N, D).  cache: None in test mode.

    Raises:
        ValueError: If the mode is neither "train" nor "test".
    """
    mode, eps = bn_param["mode"], bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    zeros = np.zeros(x.shape[1], dtype=x.dtype)
    mean, var = bn_param.get("running_mean", zeros), bn_param.get("running_var", zeros)
    cache = None
    if mode == "train":
        out, cache = normalization.batch_norm_forward(x, gamma, beta, eps=eps)
        # running = momentum running + (1 - momentum) batch
        mean = normalization.running_average(mean, cache.mean.ravel(), momentum)
        var = normalization.running_average(var, cache.var.ravel(), momentum)
    elif mode == "test":
        out = normalization.batch_norm_test(x, mean, var, gamma, beta, eps=eps)
    else:
        raise ValueError(
            f"bn_param['mode'] is {mode!r}; batch normalization works differently in training and "
            f"in testing. Set it to 'train' or 'test'."
        )
    bn_param["running_mean"], bn_param["running_var"] = mean, var
    return out, cache


def batchnorm_backward(dout: Array, cache: Any) -> Gradients:
    """Return dx, dgamma, dbeta, step by step through the graph."""
    return normalization.normalization_backward_by_steps(dout, cache)


def batchnorm_backward_alt(dout: Array, cache: Any) -> Gradients:
    """Return dx, dgamma, dbeta by the simplified formula."""
    return normalization.normalization_backward(dout, cache)


def layernorm_forward(x: Array, gamma: Array, beta: Array, ln_param: Settings) -> tuple[Array, Any]:
    """Normalize each row of x (N, D); the same in training and testing."""
    return normalization.layer_norm_forward(x, gamma, beta, eps=ln_param.get("eps", 1e-5))


def layernorm_backward(dout: Array, cache: Any) -> Gradients:
    """Return dx, dgamma, dbeta of `layernorm_forward`."""
    return normalization.normalization_backward(dout, cache)


def dropout_forward(x: Array, dropout_param: Settings) -> tuple[Array, Any]:
    """Keep each element with probability `p` in training, all of them in testing.

    Args:
        x: (*).
        dropout_param: `p` (of keeping), `mode`, and for repeatable masks `seed`.

    Returns:
        out: (*).  cache: `(dropout_param, mask)`, the mask None in test mode.

    Raises:
        ValueError: If the mode is neither "train" nor "test".
    """
    mode, mask = dropout_param["mode"], None
    if mode == "train":
        seed = dropout_param.get("seed")
        # The assignment draws from NumPy's global state; a seed gives the numbers that
        # np.random.seed(seed) would, without disturbing that state.
        rand = np.random.rand if seed is None else np.random.RandomState(seed).rand
        out, mask = dropout.dropout_forward(x, dropout_param["p"], np.asarray(rand(*x.shape)))
    elif mode == "test":
        out = x.copy()
    else:
        raise ValueError(
            f"dropout_param['mode'] is {mode!r}; dropout works differently in training and in "
            f"testing. Set it to 'train' or 'test'."
        )
    return out, (dropout_param, mask)


def dropout_backward(dout: Array, cache: Any) -> Array:
    """Return dx of `dropout_forward`."""
    _, mask = cache
    return dout if mask is None else dropout.dropout_backward(dout, mask)


def conv_forward_naive(x: Array, w: Array, b: Array, conv_param: Settings) -> tuple[Array, Any]:
    """Convolve x (N, C, H, W) with w (F, C, HH, WW); `conv_param` has `stride` and `pad`."""
    return convolution.convolution_forward(
        x, w, b, stride=conv_param["stride"], pad=conv_param["pad"]
    )


def conv_backward_naive(dout: Array, cache: Any) -> Gradients:
    """Return dx, dw, db of `conv_forward_naive`."""
    return convolution.convolution_backward(dout, cache)


def max_pool_forward_naive(x: Array, pool_param: Settings) -> tuple[Array, Any]:
    """Take maxima; `pool_param` has `pool_height`, `pool_width` and `stride`."""
    height, width = pool_param["pool_height"], pool_param["pool_width"]
    return pooling.max_pool_forward(x, height=height, width=width, stride=pool_param["stride"])


def max_pool_backward_naive(dout: Array, cache: Any) -> Array:
    """Return dx of `max_pool_forward_naive`."""
    return pooling.max_pool_backward(dout, cache)


def spatial_batchnorm_forward(
    x: Array, gamma: Array, beta: Array, bn_param: Settings
) -> tuple[Array, Any]:
    """Normalize each channel of x (N, C, H, W); settings as in `batchnorm_forward`."""
    out, cache = batchnorm_forward(_rows(x), gamma, beta, bn_param)
    return _images(out, x.shape), cache


def spatial_batchnorm_backward(dout: Array, cache: Any) -> Gradients:
    """Return dx, dgamma, dbeta of `spatial_batchnorm_forward`."""
    dx, dgamma, dbeta = batchnorm_backward(_rows(dout), cache)
    return _images(dx, dout.shape), dgamma, dbeta


def _rows(x: Array) -> Array:
    """Make a row of each position's channels: (N, C, H, W) to (N H W, C)."""
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _images(rows: Array, shape: tuple[int, ...]) -> Array:
    """Undo `_rows` for images of a shape (N, C, H, W)."""
    batch, channels, height, width = shape
    return rows.reshape(batch, height, width, channels).transpose(0, 3, 1, 2)


def spatial_groupnorm_forward(
    x: Array, gamma: Array, beta: Array, G: int, gn_param: Settings
) -> tuple[Array, Any]:
    """Normalize G groups of channels of x (N, C, H, W); gamma and beta are (1, C, 1, 1)."""
    eps = gn_param.get("eps", 1e-5)
    return normalization.group_norm_forward(x, gamma, beta, G, eps=eps)


def spatial_groupnorm_backward(dout: Array, cache: Any) -> Gradients:
    """Return dx, dgamma, dbeta of `spatial_groupnorm_forward`."""
    return normalization.normalization_backward(dout, cache)


def svm_loss(x: Array, y: Array) -> tuple[float, Array]:
    """Return the mean hinge loss of scores x (N, C) and labels y (N,), and dx."""
    return loss.multiclass_hinge(x, y)


def softmax_loss(x: Array, y: Array) -> tuple[float, Array]:
    """Return the mean cross-entropy of scores x (N, C) and labels y (N,), and dx."""
    return loss.softmax_cross_entropy(x, y)
