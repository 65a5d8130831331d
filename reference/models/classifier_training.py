"""Trains a classifier for a number of steps and measures it on held-out images in between.

Where the images come from is the caller's affair: anything with `next_batch(size)`, `images` and
`labels`, as the assignment's data set has.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from reference.arrays import Array

ImagesToInputs = Callable[[Tensor], Tensor]


class Images(Protocol):
    """A data set: images (n, C, H, W) and one-hot labels (n, K)."""

    images: Array
    labels: Array

    def next_batch(self, batch_size: int) -> tuple[Array, Array]:
        """Give the next images and their labels."""
        ...


class Measured(NamedTuple):
    """What is known after so many steps."""

    step: int
    train_loss: float  # of the last batch
    test_loss: float
    test_accuracy: float


def accuracy(predictions: Tensor | Array, targets: Tensor | Array) -> Tensor:
    """Compute the fraction of rows whose largest prediction is at the right class.

    Args:
        predictions: (N, K), any increasing function of probabilities.
        targets: (N, K) one-hot, or (N,) integers.

    Returns:
        A tensor without axes, between 0 and 1.

    >>> accuracy(torch.tensor([[0.1, 0.9], [0.8, 0.2]]), torch.tensor([1, 1]))
    tensor(0.5000, dtype=torch.float64)
    """
    # Both may be arrays too: a data set has arrays, and not every loop turns all into tensors.
    predictions, targets = torch.as_tensor(predictions), torch.as_tensor(targets)
    classes = targets.argmax(dim=1) if targets.ndim == 2 else targets
    return (predictions.argmax(dim=1) == classes).double().mean()


def train_classifier(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    data: tuple[Images, Images],
    batch_size: int,
    steps: tuple[int, int],
    inputs: ImagesToInputs = lambda images: images,
) -> Iterator[Measured]:
    """Minimize the cross-entropy of batches; a generator, so that the caller may say how it goes.

    Args:
        model: Gives logits (N, K); left in evaluation mode.
        optimizer: Of the model's parameters.
        data: To train on, and to measure with.
        batch_size: Images of one step; of the measurement, at most 500 are looked at together.
        steps: How many there are, and after how many the model is measured; it is after the last.
        inputs: Makes what the model takes of a batch of images.

    Yields:
        What was measured.
    """
    train, test = data
    last, every = steps
    loss_of = nn.CrossEntropyLoss()
    for step in range(1, last + 1):
        model.train()
        images, labels = _tensors(model, *train.next_batch(batch_size))
        optimizer.zero_grad()
        loss = loss_of(model(inputs(images)), labels)
        loss.backward()
        optimizer.step()
        if step % every == 0 or step == last:
            yield Measured(step, loss.item(), *measure(model, test, inputs))


def measure(model: nn.Module, data: Images, inputs: ImagesToInputs) -> tuple[float, float]:
    """Compute mean loss and accuracy over a whole data set, in evaluation mode."""
    model.eval()
    loss_of = nn.CrossEntropyLoss(reduction="sum")
    count, total, right = len(data.images), 0.0, 0.0
    with torch.no_grad():
        for start in range(0, count, 500):
            part = slice(start, start + 500)
            images, labels = _tensors(model, data.images[part], data.labels[part])
            logits = model(inputs(images))
            total += loss_of(logits, labels).item()
            right += accuracy(logits, labels).item() * len(labels)
    return total / count, right / count


def _tensors(model: nn.Module, images: Array, one_hot: Array) -> tuple[Tensor, Tensor]:
    like = next(model.parameters())
    classes = torch.as_tensor(np.asarray(one_hot).argmax(axis=1), device=like.device)
    return torch.as_tensor(images, dtype=like.dtype, device=like.device), classes
