"""Activations by name, with their derivatives as functions of their inputs; and the softmax."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from reference.arrays import Array, floats


def relu(z: Array) -> Array:
    """Keep what is positive (Nair & Hinton 2010); z (*), result (*)."""
    # f(z) = max(0, z)
    return np.maximum(floats("z", z), 0)


def relu_derivative(z: Array) -> Array:
    """Differentiate ReLU; 0 at exactly 0."""
    z = floats("z", z)
    # f'(z) = [z > 0]
    return (z > 0).astype(z.dtype)


def sigmoid(z: Array) -> Array:
    """Squash into (0, 1), without an overflow for any input (Bishop 2006, eq. 4.59).

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    # f(z) = 1 / (1 + exp(-z)) = (1 + tanh(z / 2)) / 2
    return 0.5 * (1 + np.tanh(0.5 * floats("z", z)))


def sigmoid_derivative(z: Array) -> Array:
    """Differentiate the logistic sigmoid (Bishop 2006, eq. 4.88)."""
    # f'(z) = f(z) (1 - f(z)), and 1 - f(z) = f(-z) keeps its digits where f(z) is near 1
    return sigmoid(z) * sigmoid(-floats("z", z))


def tanh(z: Array) -> Array:
    """Squash into (-1, 1); z (*), result (*)."""
    return np.tanh(floats("z", z))


def tanh_derivative(z: Array) -> Array:
    """Differentiate tanh."""
    # f'(z) = 1 - f(z)^2
    return 1 - np.tanh(floats("z", z)) ** 2


def softmax(z: Array) -> Array:
    """Turn scores into probabilities along the last axis (Bishop 2006, eq. 4.104).

    The largest score is subtracted first, so that scores of any size are safe.

    Args:
        z: (*, K).

    Returns:
        p: (*, K), not negative, with sums of 1.

    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    z = floats("z", z)
    # p_k = exp(z_k - max z) / sum_j exp(z_j - max z)
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    p: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return p


Function = Callable[[Array], Array]
ACTIVATIONS: Mapping[str, tuple[Function, Function]] = MappingProxyType(
    {
        "relu": (relu, relu_derivative),
        "tanh": (tanh, tanh_derivative),
        "sigmoid": (sigmoid, sigmoid_derivative),
    }
)
"""Each activation with its derivative."""


def activation(name: str) -> tuple[Function, Function]:
    """Choose an activation and its derivative.

    Raises:
        ValueError: There is none of that name.
    """
    if name not in ACTIVATIONS:
        raise ValueError(
            f"{name!r} is not an activation; known are {', '.join(ACTIVATIONS)}. "
            f"Choose one of them."
        )
    return ACTIVATIONS[name]
