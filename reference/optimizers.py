"""Update rules as pure functions: new weights and new state from old ones.

Nothing is changed in place and no state is kept; the caller holds it between steps.
"""

import numpy as np

from reference.arrays import Array, expect_int, expect_shape, floats


def _weights_and_gradient(w: Array, dw: Array) -> tuple[Array, Array]:
    """Check that the gradient belongs to the weights."""
    w, dw = floats("w", w), floats("dw", dw)
    expect_shape("dw", dw, w.shape, "the shape of w")
    return w, dw


def sgd(w: Array, dw: Array, *, learning_rate: float = 1e-2) -> Array:
    """Step against the gradient (Goodfellow, Bengio & Courville 2016, algorithm 8.1).

    Args:
        w: (*).
        dw: (*).
        learning_rate: Size of the step.

    Returns:
        The next w.

    Raises:
        ValueError: If dw does not have the shape of w.

    >>> sgd(np.array([1.0]), np.array([2.0]), learning_rate=0.25)
    array([0.5])
    """
    w, dw = _weights_and_gradient(w, dw)
    # w <- w - lr dw
    return w - learning_rate * dw


def sgd_momentum(
    w: Array, dw: Array, velocity: Array, *, learning_rate: float = 1e-2, momentum: float = 0.9
) -> tuple[Array, Array]:
    """Step along a decaying sum of gradients (Sutskever et al. 2013, eqs. 1 and 2).

    Args:
        w: (*).
        dw: (*).
        velocity: (*), from the last step, zeros at first.
        learning_rate: Size of the step.
        momentum: What is left of the velocity after a step.

    Returns:
        The next w and the next velocity.

    Raises:
        ValueError: If the shapes differ.
    """
    w, dw = _weights_and_gradient(w, dw)
    expect_shape("velocity", velocity, w.shape, "the shape of w")
    # v <- momentum v - lr dw,  w <- w + v
    velocity = momentum * velocity - learning_rate * dw
    return w + velocity, velocity


def rmsprop(
    w: Array,
    dw: Array,
    cache: Array,
    *,
    learning_rate: float = 1e-2,
    decay_rate: float = 0.99,
    epsilon: float = 1e-8,
) -> tuple[Array, Array]:
    """Divide the step by a running root mean square (Tieleman & Hinton 2012, lecture 6.5).

    Args:
        w: (*).
        dw: (*).
        cache: (*), running mean of squared gradients, zeros at first.
        learning_rate: Size of the step.
        decay_rate: Weight of the old mean.
        epsilon: Added to the root, outside of it.

    Returns:
        The next w and the next cache.

    Raises:
        ValueError: If the shapes differ.
    """
    w, dw = _weights_and_gradient(w, dw)
    expect_shape("cache", cache, w.shape, "the shape of w")
    # c <- rho c + (1 - rho) dw^2,  w <- w - lr dw / (sqrt(c) + eps)
    cache = decay_rate * cache + (1 - decay_rate) * dw**2
    return w - learning_rate * dw / (np.sqrt(cache) + epsilon), cache


def adam(
    w: Array,
    dw: Array,
    moments: tuple[Array, Array],
    t: int,
    *,
    learning_rate: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Array, tuple[Array, Array]]:
    """Step by bias-corrected moments of the gradient (Kingma & Ba 2015, algorithm 1).

    Args:
        w: (*).
        dw: (*).
        moments: Running means of dw and of dw^2, both (*), zeros at first.
        t: Number of this step, counted from 1.
        learning_rate: Size of the step.
        beta1: Weight of the old first moment.
        beta2: Weight of the old second moment.
        epsilon: Added to the root, outside of it.

    Returns:
        The next w and the next moments.

    Raises:
        ValueError: If the shapes differ or t is below 1.
    """
    w, dw = _weights_and_gradient(w, dw)
    m, v = moments
    expect_shape("the first moment", m, w.shape, "the shape of w")
    expect_shape("the second moment", v, w.shape, "the shape of w")
    t = expect_int("t", t, 1)
    # m <- b1 m + (1 - b1) dw,  v <- b2 v + (1 - b2) dw^2
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    # w <- w - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
    return w - learning_rate * step, (m, v)
