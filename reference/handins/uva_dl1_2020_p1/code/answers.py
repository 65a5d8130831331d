"""The closed forms that the assignment's questions ask for, as functions."""

from collections.abc import Callable

import numpy as np

from reference.arrays import Array
from reference.layers.affine import affine_backward, affine_forward
from reference.layers.normalization import layer_norm_forward, normalization_backward
from reference.layers.probability import cross_entropy_gradient, softmax_backward

Function = Callable[[Array], Array]


def linear_grad_W(dY: Array, X: Array, W: Array, b: Array) -> Array:  # noqa: N802 - as in the text
    """Return dL/dW = dY^T X (N, M) for Y = X W^T + b."""
    _, cache = affine_forward(X, W.T, b.ravel())
    return affine_backward(dY, cache)[1].T


def linear_grad_b(dY: Array, X: Array, W: Array, b: Array) -> Array:
    """Return dL/db = 1^T dY (1, N) for Y = X W^T + b."""
    _, cache = affine_forward(X, W.T, b.ravel())
    return affine_backward(dY, cache)[2].reshape(1, -1)


def linear_grad_X(dY: Array, X: Array, W: Array, b: Array) -> Array:  # noqa: N802 - as in the text
    """Return dL/dX = dY W (S, M) for Y = X W^T + b."""
    _, cache = affine_forward(X, W.T, b.ravel())
    return affine_backward(dY, cache)[0]


def activation_grad_X(  # noqa: N802 - as in the text
    dY: Array, X: Array, h: Function, dh: Function
) -> Array:
    """Return dL/dX = dY o h'(X) (S, M) for Y = h(X)."""
    return dY * dh(X)


def softmax_grad_X(dY: Array, Y: Array) -> Array:  # noqa: N802 - as in the text
    """Return dL/dX (S, C) for Y = softmax(X)."""
    return softmax_backward(dY, Y)


def cross_entropy_grad_X(X: Array, T: Array) -> Array:  # noqa: N802 - as in the text
    """Return dL/dX = -(T / X) / S (S, C) for the mean cross-entropy of X."""
    return cross_entropy_gradient(X, T)


def conv_forward_Y21(X: Array, K: Array) -> Array:  # noqa: N802 - as in the text
    """Return Y_21 = X_21 K_11 + X_22 K_12 + X_31 K_21 + X_32 K_22."""
    return np.asarray(np.sum(X[1:3, 0:2] * K))


def conv_grad_K11(dY: Array, X: Array) -> Array:  # noqa: N802 - as in the text
    """Return dL/dK_11 = sum_ij dY_ij X_ij."""
    return np.asarray(np.sum(dY * X[0:2, 0:2]))


def conv_grad_X12(dY: Array, K: Array) -> Array:  # noqa: N802 - as in the text
    """Return dL/dX_12 = dY_11 K_12 + dY_12 K_11."""
    return np.asarray(dY[0, 0] * K[0, 1] + dY[0, 1] * K[0, 0])


def layernorm_grad_gamma(dY: Array, X: Array, gamma: Array, beta: Array, eps: float) -> Array:
    """Return dL/dgamma (M,) of layer normalization."""
    _, cache = layer_norm_forward(X, gamma, beta, eps=eps)
    return normalization_backward(dY, cache)[1]


def layernorm_grad_beta(dY: Array, X: Array, gamma: Array, beta: Array, eps: float) -> Array:
    """Return dL/dbeta (M,) of layer normalization."""
    _, cache = layer_norm_forward(X, gamma, beta, eps=eps)
    return normalization_backward(dY, cache)[2]


def layernorm_grad_X(  # noqa: N802 - as in the text
    dY: Array, X: Array, gamma: Array, beta: Array, eps: float
) -> Array:
    """Return dL/dX (S, M) of layer normalization."""
    _, cache = layer_norm_forward(X, gamma, beta, eps=eps)
    return normalization_backward(dY, cache)[0]
