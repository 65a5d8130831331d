"""Training of a classifier by stochastic gradient descent, with validation and early stopping."""

import copy
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from reference.models.classifier_evaluation import average_by_samples

Batches = Iterable[tuple[Tensor, Tensor]]


class Trainer:
    """Trains a model, and ends with the parameters of the least validation loss.

    Args:
        batch_size: as the loaders have it; not used.
        learning_rate: of stochastic gradient descent.
        early_stop_count: validations without a new least loss after which training ends.
        epochs: how often the training data are gone through at most.
        model: maps inputs (N, ...) to logits (N, K).
        dataloaders: for training, validation and test.
    """

    def __init__(
        self,
        batch_size: int,
        learning_rate: float,
        early_stop_count: int,
        epochs: int,
        model: nn.Module,
        dataloaders: Sequence[Any],
    ) -> None:
        """Keep what is to be trained."""
        self.model = model
        self.dataloader_train, self.dataloader_val, self.dataloader_test = dataloaders
        self.optimizer: torch.optim.Optimizer = torch.optim.SGD(
            model.parameters(), lr=learning_rate
        )
        self._epochs = epochs
        self._early_stop_count = early_stop_count

    def train(self) -> None:
        """Train, with a validation after every half of an epoch."""
        every = max(1, len(self.dataloader_train) // 2)
        least, best, since = float("inf"), copy.deepcopy(self.model.state_dict()), 0
        for _ in range(self._epochs):
            for step, (x, y) in enumerate(self.dataloader_train, start=1):
                self.train_step(x, y)
                if step % every:
                    continue
                loss = self._validation_loss()
                since = 0 if loss < least else since + 1
                if loss < least:
                    least, best = loss, copy.deepcopy(self.model.state_dict())
                if since == self._early_stop_count:
                    self.model.load_state_dict(best)
                    return
        self.model.load_state_dict(best)

    def train_step(self, x: Tensor, y: Tensor) -> float:
        """Take one step; return the loss before it."""
        self.model.train()
        loss = cross_entropy(self.model(x), y)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # PyTorch's own is untyped
        self.optimizer.step()
        return loss.item()

    def _validation_loss(self) -> float:
        self.model.eval()
        return average_by_samples(self.dataloader_val, self.model, nn.CrossEntropyLoss())[0]
