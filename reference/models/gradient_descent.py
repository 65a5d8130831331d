"""Training loops over a loader: by hand on bare tensors, and with an optimizer on a module."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

Batches = Iterable[tuple[Tensor, Tensor]]


def descend(
    scores: Callable[[Tensor, Sequence[Tensor]], Tensor],
    params: Sequence[Tensor],
    batches: Batches,
    learning_rate: float,
) -> Iterator[float]:
    """Take one step of gradient descent for each batch, in place.

    Args:
        scores: maps inputs (N, ...) and the parameters to logits (N, K).
        params: leaf tensors that require gradients.
        batches: pairs of inputs and classes (N,).
        learning_rate: factor of the gradient.

    Yields:
        The mean cross-entropy of each batch, before its step.
    """
    for x, y in batches:
        loss = cross_entropy(scores(x, params), y)
        gradients = torch.autograd.grad(loss, list(params))
        with torch.no_grad():
            for param, gradient in zip(params, gradients, strict=True):
                param -= learning_rate * gradient
        yield loss.item()


def optimize(
    model: nn.Module, optimizer: torch.optim.Optimizer, batches: Batches
) -> Iterator[float]:
    """Take one step of an optimizer for each batch; yields the mean cross-entropy of each batch.

    The model is in training mode at every step, whatever the caller does in between.
    """
    for x, y in batches:
        model.train()
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()  # type: ignore[no-untyped-call]  # PyTorch's own is untyped
        optimizer.step()
        yield loss.item()
