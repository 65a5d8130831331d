"""Has a hand-in's function train a network of its own for an epoch, once for each epoch.

What the function takes is found by the names of its parameters, see `binding`; a notebook's
functions also read loaders that are global variables.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import torch

from . import binding, torch_loaders
from .classifier_training import built, channel_moments
from .torch_classifiers import set_globals

Named = dict[str, Any]
OPTIMIZERS: Final[dict[str, Callable[..., Any]]] = {
    "sgd": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}
MOMENTUM: Final = 0.9


def stage(data: Named, options: Named, parts: Named) -> tuple[Named, Named, Named]:
    """Keeps what is to be trained, and on what."""
    return data, options, parts


def begin(staged: tuple[Named, Named, Named], function: Callable[..., Any]) -> EpochRun:
    """Constructs the network and its optimizer."""
    return EpochRun(function, *staged)


class EpochRun:
    """Some epochs of training by a function."""

    def __init__(
        self, function: Callable[..., Any], data: Named, options: Named, parts: Named
    ) -> None:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)  # a notebook may have left it off
        torch_loaders.use_threads(data["threads"])
        self._moments = channel_moments(data["inputs"])
        self._function = function
        self._epochs, self._done = max(1, round(data["epochs"])), 0
        batch = options.get("batch", 64)
        self._network = built(parts["network"], options.get("construct", {})).to(data["device"])
        self._flat = False
        few = self._images(data["inputs"][:2], data["labels"][:2])
        self._flat = torch_loaders.takes_flat(self._network, few.rows([0, 1]).to(data["device"]))
        train = self._images(data["inputs"], data["labels"])
        watched = self._images(data["validation_inputs"], data["validation_labels"])
        name = options.get("optimizer", "sgd")
        settings = {"lr": options.get("learning_rate", 1e-2)}
        if name in ("sgd", "momentum"):
            settings["momentum"] = options.get("momentum", MOMENTUM if name == "momentum" else 0.0)
        self._values = {
            "model": self._network,
            "loader": torch_loaders.loader(train, batch, trains=True),
            "criterion": torch.nn.CrossEntropyLoss(),
            "optimizer": OPTIMIZERS[name](self._network.parameters(), **settings),
            "device": torch.device(data["device"]),
            "epochs": 1,
        }
        self._globals = {
            "loader_train": self._values["loader"],
            "loader_val": torch_loaders.loader(watched, batch, trains=False),
            "print_every": len(self._values["loader"]),
        }

    def advance(self, share: float, seconds: float) -> Named:
        """Trains for whole epochs, of which there are at least as many as make the share."""
        end_s = time.perf_counter() + seconds
        wanted = min(self._epochs, self._done + max(1, round(share * self._epochs)))
        while self._done < wanted and time.perf_counter() < end_s:
            set_globals(self._function, self._globals)
            # As the validation of the epoch before leaves it.
            self._network.eval() if self._done else self._network.train()
            binding.call(self._function, self._values)
            self._done += 1
        return {"share": self._done / self._epochs}

    def predict(self, inputs: Any) -> Any:
        """Returns scores (N, K)."""
        return torch_loaders.scores(self._network, self._images(inputs, [0] * len(inputs)))

    def parameters(self) -> int:
        """Counts the numbers that are learned."""
        return torch_loaders.parameters(self._network)

    def _images(self, inputs: Any, labels: Any) -> torch_loaders.Images:
        return torch_loaders.Images(inputs, labels, *self._moments, flat=self._flat)
