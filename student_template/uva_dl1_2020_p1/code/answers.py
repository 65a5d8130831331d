"""Your answers to questions 1.1 and 3.2 a, as functions: one closed form each.

Writing them here is optional: then they are checked with numbers, and you know at once whether an
answer is right. If you answer in the report alone, delete this file: a person reads the report.

Answer with matrix and vector operations of NumPy. In all functions dY stands for the gradient of
the loss L with respect to the output Y. The gradient with respect to an array has the shape of that
array.

Letters in shapes: S samples, M and N features, C classes.
"""

import numpy as np  # noqa: F401 - for the code that you will write

# Question 1.1 a: the linear module Y = X W^T + B, where every row of B is b.


def linear_grad_W(dY, X, W, b):
    """Give dL/dW.

    Args:
        dY: Shape (S, N).
        X: Input, shape (S, M).
        W: Weights, shape (N, M).
        b: Biases, shape (1, N).

    Returns:
        dW: Shape (N, M).
    """
    dW = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dW


def linear_grad_b(dY, X, W, b):
    """Give dL/db.

    Args:
        dY: Shape (S, N).
        X: Input, shape (S, M).
        W: Weights, shape (N, M).
        b: Biases, shape (1, N).

    Returns:
        db: Shape (1, N).
    """
    db = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return db


def linear_grad_X(dY, X, W, b):
    """Give dL/dX.

    Args:
        dY: Shape (S, N).
        X: Input, shape (S, M).
        W: Weights, shape (N, M).
        b: Biases, shape (1, N).

    Returns:
        dX: Shape (S, M).
    """
    dX = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dX


# Question 1.1 b: the activation module Y = h(X), element by element.


def activation_grad_X(dY, X, h, dh):
    """Give dL/dX.

    Args:
        dY: Shape (S, M).
        X: Input, shape (S, M).
        h: The activation, a function that maps an array element by element.
        dh: Its derivative, a function as well.

    Returns:
        dX: Shape (S, M).
    """
    dX = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dX


# Question 1.1 c: the softmax module Y = softmax(X), and the loss L = -1/S sum_ik T_ik log(X_ik).


def softmax_grad_X(dY, Y):
    """Give dL/dX of the softmax module.

    Args:
        dY: Shape (S, C).
        Y: Output of the module, softmax(X), shape (S, C).

    Returns:
        dX: Shape (S, C).
    """
    dX = None
    # --------------------------------------------------------------------------
    # TODO: Write what you have found, in NumPy.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dX


def cross_entropy_grad_X(X, T):
    """Give dL/dX of the loss module.

    Args:
        X: Probabilities, shape (S, C), all above 0.
        T: Targets, shape (S, C).

    Returns:
        dX: Shape (S, C).
    """
    dX = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dX


# Question 1.1 d (bonus): a convolution layer without padding, with stride 1. The kernel K, shape
# (2, 2), slides over the image X, shape (3, 3), and is not flipped; the output Y has shape (2, 2).
# The text counts from 1: X_12 is X[0, 1].


def conv_forward_Y21(X, K):
    """Give Y_21.

    Args:
        X: Image, shape (3, 3).
        K: Kernel, shape (2, 2).

    Returns:
        Y21: A number.
    """
    Y21 = None
    # --------------------------------------------------------------------------
    # TODO: Write Y_21 in terms of X and K.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return Y21


def conv_grad_K11(dY, X):
    """Give dL/dK_11.

    Args:
        dY: Shape (2, 2).
        X: Image, shape (3, 3).

    Returns:
        dK11: A number.
    """
    dK11 = None
    # --------------------------------------------------------------------------
    # TODO: Write the gradient in terms of dY and X.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dK11


def conv_grad_X12(dY, K):
    """Give dL/dX_12.

    Args:
        dY: Shape (2, 2).
        K: Kernel, shape (2, 2).

    Returns:
        dX12: A number.
    """
    dX12 = None
    # --------------------------------------------------------------------------
    # TODO: Write the gradient in terms of dY and K.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dX12


# Question 3.2 a: layer normalization, y = gamma * (x - mean) / sqrt(variance + eps) + beta, with
# the mean and the variance (divided by M) of each row of X.


def layernorm_grad_gamma(dY, X, gamma, beta, eps):
    """Give dL/dgamma.

    Args:
        dY: Shape (S, M).
        X: Input, shape (S, M).
        gamma: Shape (M,).
        beta: Shape (M,).
        eps: A small number.

    Returns:
        dgamma: Shape (M,).
    """
    dgamma = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dgamma


def layernorm_grad_beta(dY, X, gamma, beta, eps):
    """Give dL/dbeta.

    Args:
        dY: Shape (S, M).
        X: Input, shape (S, M).
        gamma: Shape (M,).
        beta: Shape (M,).
        eps: A small number.

    Returns:
        dbeta: Shape (M,).
    """
    dbeta = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dbeta


def layernorm_grad_X(dY, X, gamma, beta, eps):
    """Give dL/dX.

    Args:
        dY: Shape (S, M).
        X: Input, shape (S, M).
        gamma: Shape (M,).
        beta: Shape (M,).
        eps: A small number.

    Returns:
        dX: Shape (S, M).
    """
    dX = None
    # --------------------------------------------------------------------------
    # TODO: Write the closed form.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return dX
