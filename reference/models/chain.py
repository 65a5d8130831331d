"""A network as a chain of stages, each a forward and a backward function.

Running a chain knows nothing of what the stages compute; parameters are a dict that the caller
holds, so that any implementation of a layer can take any place in the chain.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from reference.arrays import Array

Loss = Callable[[Array, Array], tuple[Any, Array]]
"""A loss on scores and labels, returning itself and its gradient."""


class Stage(NamedTuple):
    """One layer in a chain.

    `forward(x, *parameters, *settings)` returns `(y, cache)`. `backward(dy, cache)` returns `dx`
    where there are no parameters, else `(dx, *gradients)` in the order of `names`.
    """

    forward: Callable[..., tuple[Array, Any]]
    backward: Callable[[Array, Any], Any]
    names: tuple[str, ...] = ()
    settings: tuple[Any, ...] = ()


def forward(
    stages: Iterable[Stage], params: Mapping[str, Array], x: Array
) -> tuple[Array, list[Any]]:
    """Run x through all stages.

    Returns:
        The last output, and one cache for each stage.
    """
    caches = []
    for stage in stages:
        x, cache = stage.forward(x, *(params[name] for name in stage.names), *stage.settings)
        caches.append(cache)
    return x, caches


def backward(
    stages: Sequence[Stage], dy: Array, caches: Sequence[Any]
) -> tuple[Array, dict[str, Array]]:
    """Run a gradient back through all stages.

    Returns:
        The gradient of the chain's input, and those of its parameters by name.
    """
    grads: dict[str, Array] = {}
    for stage, cache in zip(reversed(stages), reversed(caches), strict=True):
        result = stage.backward(dy, cache)
        dy, *gradients = result if stage.names else (result,)
        grads.update(zip(stage.names, gradients, strict=True))
    return dy, grads


def loss_and_gradients(
    stages: Sequence[Stage],
    params: Mapping[str, Array],
    x: Array,
    y: Array,
    loss: Loss,
    reg: float = 0.0,
) -> tuple[float, dict[str, Array]]:
    """Return a loss with L2 regularization, and the gradients of all parameters.

    Args:
        stages: The network.
        params: Its parameters. Names that start with "W" are regularized, others are not.
        x: (N, *).
        y: (N,) labels.
        loss: Returns the data loss and its gradient with respect to the scores.
        reg: Strength of the regularization.
    """
    scores, caches = forward(stages, params, x)
    total, dscores = loss(scores, y)
    _, grads = backward(stages, dscores, caches)
    for name in grads:
        if name.startswith("W"):
            # loss += reg/2 sum W^2,  dW += reg W
            total += 0.5 * reg * np.sum(params[name] ** 2)
            grads[name] = grads[name] + reg * params[name]
    return float(total), grads
