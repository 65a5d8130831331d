"""Has a function of a hand-in train a network of its own choice, on loaders of ours.

For tasks that leave network, optimizer and augmentation to the student. How often the training data
may be gone through is kept by the loader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader

from . import torch_loaders
from .trainer_training import MEAN, STD

Named = dict[str, Any]


class TooManyEpochs(RuntimeError):  # noqa: N818  # it says what happened
    """The training data were gone through more often than the task allows."""


class CountedLoader(DataLoader[Any]):
    """A shuffling loader that gives as many batches as some epochs have, and then no more.

    One epoch is not counted: a look at the first batch, or the training accuracy at the end.

    Args:
        images: what is trained on.
        batch: images in a batch.
        epochs: how often they may be gone through.
    """

    def __init__(self, images: torch_loaders.Images, batch: int, epochs: int) -> None:
        super().__init__(images, batch_size=batch, shuffle=True, drop_last=len(images) >= batch)
        self._allowed = epochs
        self._left = (epochs + 1) * len(self)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """Goes through the images.

        Raises:
            TooManyEpochs: the last batch was given already.
        """
        for batch in super().__iter__():
            if not self._left:
                raise TooManyEpochs(
                    f"the training data may be gone through {self._allowed} times, and were "
                    "asked for once more"
                )
            self._left -= 1
            yield batch


def stage(data: Named, options: Named, parts: Named) -> tuple[Named, Named]:
    """Keeps what is to be trained on."""
    return data, options


def begin(staged: tuple[Named, Named], function: Callable[..., Any]) -> FunctionRun:
    """Makes the loaders."""
    return FunctionRun(function, *staged)


class FunctionRun:
    """One training by a function: there is nothing to see before it ends."""

    def __init__(self, function: Callable[..., Any], data: Named, options: Named) -> None:
        torch.set_default_dtype(torch.float32)
        torch_loaders.use_threads(data["threads"])
        self._function = function
        self._network: Any = None
        batch = options.get("batch", 64)
        train = torch_loaders.Images(data["inputs"], data["labels"], MEAN, STD)
        watched = torch_loaders.Images(
            data["validation_inputs"], data["validation_labels"], MEAN, STD
        )
        self._loaders = (
            CountedLoader(train, batch, max(1, round(data["epochs"]))),
            torch_loaders.loader(watched, batch, trains=False),
            torch_loaders.loader(watched, batch, trains=False),
        )

    def advance(self, share: float, seconds: float) -> Named:
        """Runs the whole training.

        Raises:
            TypeError: the function did not return a network.
        """
        made = self._function(self._loaders)
        network = made if isinstance(made, torch.nn.Module) else getattr(made, "model", None)
        if not isinstance(network, torch.nn.Module):
            raise TypeError(
                f"the function returned a {type(made).__name__}; expected the trained network, or "
                "a trainer whose `model` it is"
            )
        self._network = network
        return {"share": 1.0}

    def predict(self, inputs: Any) -> Any:
        """Returns scores (N, K); None while there is no network."""
        if self._network is None:
            return None
        images = torch_loaders.Images(inputs, [0] * len(inputs), MEAN, STD)
        return torch_loaders.scores(self._network, images)

    def parameters(self) -> int:
        """Counts the numbers that the trained network learns."""
        return torch_loaders.parameters(self._network)
