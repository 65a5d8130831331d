"""Training by mini-batches with Adam, for networks that are chains of stages."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from reference.arrays import Array, expect_int
from reference.layers.loss import softmax_cross_entropy
from reference.models import chain
from reference.optimizers import adam


class Fit(NamedTuple):
    """The outcome of a training run."""

    params: dict[str, Array]
    losses: list[float]  # one for each step


def accuracy(stages: Sequence[chain.Stage], params: dict[str, Array], x: Array, y: Array) -> float:
    """Return the fraction of rows whose largest score is that of their label."""
    scores, _ = chain.forward(stages, params, x)
    return float(np.mean(scores.argmax(axis=1) == y))


def train(
    stages: Sequence[chain.Stage],
    params: dict[str, Array],
    x: Array,
    y: Array,
    rng: np.random.Generator,
    *,
    steps: int = 100,
    batch_size: int = 100,
    learning_rate: float = 1e-3,
    reg: float = 0.0,
) -> Fit:
    """Minimize the softmax cross-entropy with Adam on random batches.

    Args:
        stages: The network.
        params: Where to start; left as they are.
        x: (N, *) training inputs.
        y: (N,) labels.
        rng: Chooses the batches, with replacement.
        steps: Number of updates.
        batch_size: Rows in a batch.
        learning_rate: Of Adam.
        reg: Strength of L2 regularization of the weights.

    Returns:
        The final parameters, and the loss of every batch before its update.

    Raises:
        ValueError: If steps or batch_size is below 1.
    """
    steps, batch_size = expect_int("steps", steps, 1), expect_int("batch_size", batch_size, 1)
    params = dict(params)
    moments = {name: (np.zeros_like(w), np.zeros_like(w)) for name, w in params.items()}
    losses = []
    for t in range(1, steps + 1):
        rows = rng.integers(len(x), size=batch_size)
        loss, grads = chain.loss_and_gradients(
            stages, params, x[rows], y[rows], softmax_cross_entropy, reg
        )
        losses.append(loss)
        for name, dw in grads.items():
            params[name], moments[name] = adam(
                params[name], dw, moments[name], t, learning_rate=learning_rate
            )
    return Fit(params, losses)
