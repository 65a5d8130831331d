"""The assignment's update rules: its config dicts around the reference optimizers.

Each rule returns the next weights and the same dict, updated; `config=None` starts a new one.
"""

from typing import Any

import numpy as np

from reference import optimizers
from reference.arrays import Array

Config = dict[str, Any]


def _with_defaults(config: Config | None, **defaults: Any) -> Config:
    """Fill in what the dict lacks, in place, so that callers see the state of the rule."""
    config = {} if config is None else config
    for key, value in defaults.items():
        config.setdefault(key, value)
    return config


def sgd(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Step against the gradient."""
    config = _with_defaults(config, learning_rate=1e-2)
    return optimizers.sgd(w, dw, learning_rate=config["learning_rate"]), config


def sgd_momentum(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Step along a decaying sum of gradients, kept in `velocity`."""
    config = _with_defaults(config, learning_rate=1e-2, momentum=0.9, velocity=np.zeros_like(w))
    next_w, config["velocity"] = optimizers.sgd_momentum(
        w,
        dw,
        config["velocity"],
        learning_rate=config["learning_rate"],
        momentum=config["momentum"],
    )
    return next_w, config


def rmsprop(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Divide the step by a running root mean square, kept in `cache`."""
    config = _with_defaults(
        config, learning_rate=1e-2, decay_rate=0.99, epsilon=1e-8, cache=np.zeros_like(w)
    )
    next_w, config["cache"] = optimizers.rmsprop(
        w,
        dw,
        config["cache"],
        learning_rate=config["learning_rate"],
        decay_rate=config["decay_rate"],
        epsilon=config["epsilon"],
    )
    return next_w, config


def adam(w: Array, dw: Array, config: Config | None = None) -> tuple[Array, Config]:
    """Step by bias-corrected moments, kept in `m` and `v`; `t` is counted up before use."""
    config = _with_defaults(
        config,
        learning_rate=1e-3,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        m=np.zeros_like(w),
        v=np.zeros_like(w),
        t=0,
    )
    config["t"] += 1
    next_w, (config["m"], config["v"]) = optimizers.adam(
        w,
        dw,
        (config["m"], config["v"]),
        config["t"],
        learning_rate=config["learning_rate"],
        beta1=config["beta1"],
        beta2=config["beta2"],
        epsilon=config["epsilon"],
    )
    return next_w, config
