"""Numerical gradients, to hold your own against; provided."""

import numpy as np


def eval_numerical_gradient(f, x, verbose=True, h=1e-5):
    """Compute the gradient of a function by central differences.

    Args:
        f: Takes x and returns a number.
        x: Where to take the gradient; changed and restored on the way.
        verbose: Whether to print every element.
        h: Half the step.

    Returns:
        grad: Same shape as x.
    """
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
        if verbose:
            print(index, grad[index])
    return grad


def eval_numerical_gradient_array(f, x, df, h=1e-5):
    """Compute a gradient by central differences, for a function that returns an array.

    Args:
        f: Takes x and returns an array.
        x: Where to take the gradient; changed and restored on the way.
        df: Gradient of the loss with respect to what f returns.
        h: Half the step.

    Returns:
        grad: Gradient of the loss with respect to x, same shape as x.
    """
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x).copy()
        x[index] = old - h
        below = f(x).copy()
        x[index] = old
        grad[index] = np.sum((above - below) * df) / (2 * h)
    return grad
