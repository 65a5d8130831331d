"""Update rules: how weights change, given their gradient.

Every rule is called as `next_w, config = rule(w, dw, config)`:

    w       the weights, any shape
    dw      their gradient, the same shape
    config  a dict of settings and of what the rule remembers between calls, or None

and returns the next weights and the config for the next call. What is missing from the config is
filled in with its default, and what the rule remembers is stored in the same dict: a caller
looks into the dict that it passed. The same config goes to the same weights every time.
"""

import numpy as np


def sgd(w, dw, config=None):
    """Stochastic gradient descent; complete, an example for the others.

    Args:
        w: Weights.
        dw: Their gradient.
        config: learning_rate, 1e-2 if absent.

    Returns:
        The next weights and the config.
    """
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    next_w = w - config["learning_rate"] * dw
    return next_w, config


def sgd_momentum(w, dw, config=None):
    """Gradient descent with momentum.

    Args:
        w: Weights.
        dw: Their gradient.
        config: A dict with these keys:
            learning_rate: 1e-2 if absent.
            momentum: What is left of the velocity after a step, 0 to 1; 0.9 if absent.
            velocity: Same shape as w; zeros if absent. Stored back.

    Returns:
        The next weights and the config.
    """
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    config.setdefault("velocity", np.zeros_like(w))

    next_w = None
    # --------------------------------------------------------------------------
    # TODO: Compute the new velocity and next_w. Store the velocity in the config.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return next_w, config


def rmsprop(w, dw, config=None):
    """RMSProp: steps scaled by a running mean of squared gradients.

    Args:
        w: Weights.
        dw: Their gradient.
        config: A dict with these keys:
            learning_rate: 1e-2 if absent.
            decay_rate: Weight of the old mean; 0.99 if absent.
            epsilon: Added to the root, outside of it; 1e-8 if absent.
            cache: Running mean, same shape as w; zeros if absent. Stored back.

    Returns:
        The next weights and the config.
    """
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))

    next_w = None
    # --------------------------------------------------------------------------
    # TODO: Compute the new cache and next_w. Store the cache in the config.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return next_w, config


def adam(w, dw, config=None):
    """Adam: running means of gradient and squared gradient, bias-corrected.

    Args:
        w: Weights.
        dw: Their gradient.
        config: A dict with these keys:
            learning_rate: 1e-3 if absent.
            beta1: Weight of the old mean of the gradient; 0.9 if absent.
            beta2: Weight of the old mean of the squared gradient; 0.999 if absent.
            epsilon: Added to the root, outside of it; 1e-8 if absent.
            m: Mean of the gradient, same shape as w; zeros if absent. Stored back.
            v: Mean of the squared gradient, likewise. Stored back.
            t: Number of steps so far; 0 if absent. Stored back.

    Returns:
        The next weights and the config.
    """
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)

    next_w = None
    # --------------------------------------------------------------------------
    # TODO: Compute next_w with bias correction, and store m, v and t in the config.
    # Add one to t BEFORE it is used, so that the first step has t = 1.
    # Your code starts here.
    # --------------------------------------------------------------------------

    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
    return next_w, config
