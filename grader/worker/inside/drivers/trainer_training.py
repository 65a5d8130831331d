"""Has a hand-in's own `Trainer` train its network, on loaders of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from . import torch_loaders
from .classifier_training import built

Named = dict[str, Any]
# As the course's loaders normalize; deviations that are not the data's are no mistake.
MEAN, STD = [0.5, 0.5, 0.5], [0.25, 0.25, 0.25]


def stage(data: Named, options: Named, parts: Named) -> tuple[Named, Named, Named]:
    """Keeps what is to be trained on, and by whom."""
    return data, options, parts


def begin(staged: tuple[Named, Named, Named], owner: Callable[..., Any]) -> TrainerRun:
    """Constructs the network and its trainer."""
    return TrainerRun(owner, *staged)


class TrainerRun:
    """One training by a trainer: there is nothing to see before it ends."""

    def __init__(
        self, owner: Callable[..., Any], data: Named, options: Named, parts: Named
    ) -> None:
        torch.set_default_dtype(torch.float32)
        torch_loaders.use_threads(data["threads"])
        batch = options.get("batch", 64)
        train = self._images(data["inputs"], data["labels"])
        watched = self._images(data["validation_inputs"], data["validation_labels"])
        # The test loader is the validation's again: held-out images come when training is over.
        loaders = (
            torch_loaders.loader(train, batch, trains=True),
            torch_loaders.loader(watched, batch, trains=False),
            torch_loaders.loader(watched, batch, trains=False),
        )
        network = built(owner, options.get("construct", {})).to(data["device"])
        self._network = network
        self._trainer = parts["trainer"](
            batch,
            options.get("learning_rate", 5e-2),
            options.get("early_stop_count", 4),
            max(1, round(data["epochs"])),
            network,
            loaders,
        )

    def advance(self, share: float, seconds: float) -> Named:
        """Runs the whole training."""
        self._trainer.train()
        self._network = getattr(self._trainer, "model", self._network)
        return {"share": 1.0}

    def predict(self, inputs: Any) -> Any:
        """Returns scores (N, K)."""
        return torch_loaders.scores(self._network, self._images(inputs, [0] * len(inputs)))

    def parameters(self) -> int:
        """Counts the numbers that are learned."""
        return torch_loaders.parameters(self._network)

    @staticmethod
    def _images(inputs: Any, labels: Any) -> torch_loaders.Images:
        return torch_loaders.Images(inputs, labels, MEAN, STD)
