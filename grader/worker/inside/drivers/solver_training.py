"""Has a course's `Solver` train a network that has `params` and `loss(X, y)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

import numpy as np

Named = dict[str, Any]
ROWS: Final = 500  # of one prediction


def stage(data: Named, options: Named, parts: Named) -> tuple[Named, Named, Named]:
    """Keeps what is to be trained on, and by what."""
    return data, options, parts


def begin(staged: tuple[Named, Named, Named], owner: Callable[..., Any]) -> SolverRun:
    """Constructs the network and its solver."""
    return SolverRun(owner, *staged)


class SolverRun:
    """One training by a solver: there is nothing to see before it ends."""

    def __init__(
        self, owner: Callable[..., Any], data: Named, options: Named, parts: Named
    ) -> None:
        pixels = data["inputs"]
        # As CS231n prepares CIFAR-10: the mean image is subtracted, and nothing is divided.
        self._mean = pixels.mean(axis=0, dtype=np.float64)
        # It ends with the parameters that did best on these: of learning by heart, on the same.
        by_heart = data["on"] == "train" or not len(data["validation_inputs"])
        watched = pixels if by_heart else data["validation_inputs"]
        labels = data["labels"] if by_heart else data["validation_labels"]
        given = {
            "X_train": self._centred(pixels),
            "y_train": data["labels"],
            "X_val": self._centred(watched),
            "y_val": labels,
        }
        self._network = owner(**_renamed(owner, options))
        self._solver = parts["solver"](
            self._network,
            given,
            update_rule=options.get("update_rule", "sgd"),
            optim_config=dict(options.get("optim_config", {})),
            lr_decay=options.get("learning_rate_decay", 1.0),
            batch_size=min(options.get("batch", 100), len(pixels)),
            num_epochs=max(1, round(data["epochs"])),
            num_train_samples=100,
            verbose=False,
        )

    def advance(self, share: float, seconds: float) -> Named:
        """Runs the whole training."""
        self._solver.train()
        self._network = getattr(self._solver, "model", self._network)
        losses = getattr(self._solver, "loss_history", None) or [0.0]
        return {"share": 1.0, "loss": float(losses[-1])}

    def predict(self, pixels: Any) -> Any:
        """Returns scores (N, K)."""
        parts = [
            np.asarray(self._network.loss(self._centred(pixels[at : at + ROWS])), np.float64)
            for at in range(0, len(pixels), ROWS)
        ]
        return np.concatenate(parts)

    def parameters(self) -> int:
        """Counts the numbers that are learned."""
        return sum(int(np.size(each)) for each in self._network.params.values())

    def _centred(self, pixels: Any) -> Any:
        return pixels.astype(np.float64) - self._mean


def _renamed(owner: Callable[..., Any], options: Named) -> Named:
    """Gives arguments the names that this constructor has for them."""
    given = dict(options.get("construct", {}))
    known = inspect.signature(owner).parameters
    for name, others in options.get("rename", {}).items():
        if name in given and name not in known:
            found = next((other for other in others if other in known), name)
            given[found] = given.pop(name)
    types = {"float32": np.float32, "float64": np.float64}
    return {
        name: types[value["numpy"]] if isinstance(value, dict) else value
        for name, value in given.items()
    }
