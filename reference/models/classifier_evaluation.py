"""Measures a classifier on all batches of a loader: loss, accuracy, and how many are right.

An average over a data set can be taken over its samples, or over its batches; the two differ where
the last batch is short. Both are here, since assignments leave the choice open.
"""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

Batches = Iterable[tuple[Tensor, Tensor]]
Scores = Callable[[Tensor], Tensor]
Loss = Callable[[Tensor, Tensor], Tensor]


def average_by_samples(batches: Batches, scores: Scores, loss: Loss) -> tuple[float, float]:
    """Average loss and accuracy over all samples.

    Args:
        batches: pairs of inputs (N, ...) and classes (N,).
        scores: maps inputs to (N, K).
        loss: maps scores and classes to their mean loss.

    Returns:
        Mean loss; fraction of samples whose largest score is at the right class, 0 to 1.
    """
    total, right, count = 0.0, 0, 0
    for mean_loss, correct, size in _measured(batches, scores, loss):
        total, right, count = total + mean_loss * size, right + correct, count + size
    return total / count, right / count


def average_by_batches(batches: Batches, scores: Scores, loss: Loss) -> tuple[float, float]:
    """Average the losses and the accuracies of the batches; see `average_by_samples`."""
    measured = list(_measured(batches, scores, loss))
    losses = [mean_loss for mean_loss, _, _ in measured]
    accuracies = [correct / size for _, correct, size in measured]
    return sum(losses) / len(measured), sum(accuracies) / len(measured)


def count_correct(batches: Batches, scores: Scores) -> tuple[int, int]:
    """Count the samples whose largest score is at the right class, and all samples."""
    with torch.no_grad():
        counted = [(_correct(scores(x), y), len(y)) for x, y in batches]
    return sum(correct for correct, _ in counted), sum(size for _, size in counted)


def _measured(batches: Batches, scores: Scores, loss: Loss) -> Iterable[tuple[float, int, int]]:
    with torch.no_grad():
        for x, y in batches:
            out = scores(x)
            yield loss(out, y).item(), _correct(out, y), len(y)


def _correct(out: Tensor, y: Tensor) -> int:
    return int((out.argmax(dim=1) == y).sum().item())
