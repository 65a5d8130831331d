"""Trains a `torch.nn.Module` of a hand-in with our own loop; see `torch_fitting`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch

from . import torch_fitting

Named = dict[str, Any]
LEARNING_RATE: Final = 1e-2  # where a rubric says none
CERTAIN: Final = 1e-6  # by which probabilities are kept from 0 and 1, where z would be infinite
LAYOUT: Final = ("View", "Squeeze", "Unsqueeze", "Select", "Slice", "Clone", "Alias")
_OWN: Final = frozenset({"construct", "optimizer", "momentum"})


def device_name(device: str) -> str:
    """Uses a device and says what it is called; raises PyTorch's own error where that fails."""
    torch.zeros(1, device=device).add_(1).item()
    return torch.cuda.get_device_name(device)


def built(constructor: Callable[..., Any], arguments: Any) -> Any:
    """Constructs with arguments by name or by position."""
    if isinstance(arguments, dict):
        return constructor(**arguments)
    return constructor(*arguments)


def stage(data: Named, options: Named, parts: Named) -> tuple[Named, Named]:
    """Keeps what is to be trained on."""
    return data, options


def begin(staged: tuple[Named, Named], owner: Callable[..., Any]) -> ClassifierRun:
    """Constructs the network and makes it ready for its first step."""
    data, options = staged
    torch.set_default_dtype(torch.float32)
    network = built(owner, options.get("construct", {}))
    return ClassifierRun(TwoScores(network) if data["classes"] == 2 else network, data, options)


class TwoScores(torch.nn.Module):
    """Gives two classes a score each where a network has one number for both.

    The softmax of (0, z) is (1 - s, s) with the sigmoid s of z, so the cross-entropy is that of
    `BCEWithLogitsLoss`. Of a network that ends in the sigmoid itself, as `BCELoss` asks for, z is
    taken from what it gives.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        self._gives_probabilities = False

    def forward(self, x: Any) -> Any:
        """Maps a batch of N to scores (N, 2)."""
        out = self.network(x)
        if out.ndim == 1 or out.shape[1:] == (1,):
            self._gives_probabilities |= ends_in_sigmoid(out)  # predictions have no graph
            z = out.reshape(-1, 1)
            if self._gives_probabilities:
                z = torch.logit(z, eps=CERTAIN)
            return torch.cat((torch.zeros_like(z), z), 1)
        return out


def ends_in_sigmoid(out: Any) -> bool:
    """Says whether a tensor is a sigmoid's, laid out anew or not; one without a graph is none."""
    node = getattr(out, "grad_fn", None)
    while node is not None and any(word in node.name() for word in LAYOUT):
        node = next((before for before, _ in node.next_functions if before is not None), None)
    return node is not None and node.name().startswith("Sigmoid")


class ClassifierRun:
    """One training of a network by our loop."""

    def __init__(self, network: Any, data: Named, options: Named) -> None:
        count, batch = len(data["inputs"]), options.get("batch", 64)
        self._planned = max(1, round(data["epochs"] * max(1, count // batch)))
        mean, std = channel_moments(data["inputs"])
        settings = {name: value for name, value in options.items() if name not in _OWN}
        name = options.get("optimizer", "sgd")
        settings.setdefault("learning_rate", LEARNING_RATE)
        settings.update(
            optimizer="sgd" if name == "momentum" else name,
            momentum=options.get("momentum", 0.9 if name == "momentum" else 0.0),
            batch=batch,
            steps=self._planned,
            mean=mean,
            std=std,
            device=data["device"],
            seed=data["seed"],
            # A few features are no work for two: they would only wait for one another.
            threads=data["threads"] if data["inputs"].ndim > 2 else 1,
        )
        self._fitting = torch_fitting.begin(network, data["inputs"], data["labels"], settings)
        self._first = FirstWeights(network) if data["compares"] else None
        self._done = 0

    def advance(self, share: float, seconds: float) -> Named:
        """Trains for a share of the planned steps, or until the seconds are over."""
        steps = min(max(1, round(share * self._planned)), self._planned - self._done)
        said = self._fitting.advance(steps, seconds)
        self._done = int(said["steps"])
        return {
            "share": min(1.0, self._done / self._planned),
            "loss": float(said["loss"]),
            "examples": int(said["examples"]),
        }

    def predict(self, inputs: Any) -> Any:
        """Returns scores (N, K)."""
        return self._fitting.predict(inputs)

    def parameters(self) -> int:
        """Counts the numbers that are learned."""
        return int(self._fitting.parameters())

    def frozen(self) -> int:
        """Counts the numbers that training has left as they were; where that was asked for."""
        return 0 if self._first is None else self._first.kept()


class FirstWeights:
    """What the weights of a network were at first."""

    def __init__(self, network: torch.nn.Module) -> None:
        self._weights = [(each, each.detach().clone()) for each in network.parameters()]

    def kept(self) -> int:
        """Counts the numbers in those parameters of which all are as they were, to the bit."""
        same = (now for now, first in self._weights if torch.equal(now, first))
        return sum(each.numel() for each in same)


def channel_moments(inputs: Any) -> tuple[list[float], list[float]]:
    """Returns mean and deviation of the channels of images after division by 255, or of features.

    Args:
        inputs: uint8 (N, C, H, W), or floats (N, D).
    """
    if inputs.dtype != np.uint8:
        return inputs.mean(axis=0).tolist(), np.maximum(inputs.std(axis=0), 1e-6).tolist()
    some = inputs[:: max(1, len(inputs) // 2000)].astype(np.float64) / 255
    spread = np.maximum(some.std(axis=(0, 2, 3)), 1e-3)
    return some.mean(axis=(0, 2, 3)).tolist(), spread.tolist()
