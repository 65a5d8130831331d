"""One pass of stochastic gradient descent over a loader's batches."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from reference.models.classifier_evaluation import Loss


def descend(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss: Loss,
    optimizer: torch.optim.Optimizer,
) -> tuple[float, float]:
    """Take one step for each batch, in training mode.

    Args:
        model: maps inputs (N, ...) to scores (N, K).
        batches: pairs of inputs and classes (N,).
        loss: maps scores and classes to their mean loss.
        optimizer: of the model's parameters.

    Returns:
        Mean loss and fraction right over all samples, each measured before its step.
    """
    model.train()
    total, right, count = 0.0, 0, 0
    for x, y in batches:
        optimizer.zero_grad()
        scores = model(x)
        value = loss(scores, y)
        value.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()
        total += float(value.detach()) * len(y)
        right += int((scores.argmax(dim=1) == y).sum())
        count += len(y)
    return total / count, right / count
