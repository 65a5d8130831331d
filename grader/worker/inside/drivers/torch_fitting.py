"""Trains a classifier of PyTorch's, fast: our own loop, for networks of a hand-in.

It computes what the ordinary loop over a `DataLoader` computes, on batches that `torch_batches`
makes. The network is run as it is; what is saved is around it, see `torch_acceleration`. The
device is never waited for within a step.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter  # bound here: a hand-in may replace the one in `time`
from typing import Any, Final

import torch
from torch import nn
from torch.nn import functional
from torch.nn.parameter import is_lazy

from .torch_acceleration import (
    Lag,
    autocast,
    computes_bfloat16,
    prepare,
    takes_bfloat16,
    takes_channels_last,
)
from .torch_batches import Batches, Tensor, resident
from .torch_recipes import Recipe

PREDICTED_AT_ONCE: Final = {"cpu": 128, "cuda": 2048}  # more overflow a processor's caches


def begin(module: Any, inputs: Any, labels: Any, settings: dict[str, Any]) -> Fitting:
    """Makes a network ready for its first step.

    Args:
        module: maps normalized inputs (B, ...) to scores (B, K).
        inputs: uint8 images (N, C, H, W), or floats (N, D); read only.
        labels: (N,) integers from 0.
        settings: by the names of `Recipe`.

    Raises:
        TypeError: it is no module, or a setting is unknown.
        ValueError: a setting has no such value, or the module learns nothing.
    """
    return Fitting(module, inputs, labels, Recipe(**settings))


class Fitting:
    """A network in training; see `begin`."""

    def __init__(self, module: Any, inputs: Any, labels: Any, recipe: Recipe) -> None:
        self._name = type(module).__name__
        if not isinstance(module, nn.Module):
            raise TypeError(
                f"What is to be trained is of type {self._name}; expected a torch.nn.Module."
            )
        self._recipe, self._device = recipe, torch.device(recipe.device)
        self._classes = int(labels.max()) + 1
        torch.set_num_threads(recipe.threads)
        prepare(self._device, recipe.precision)
        names = ("mean", "std", "flip", "crop", "channels_last")
        own = {name: getattr(recipe, name) for name in names}
        place = (recipe.batch, self._device, recipe.seed)
        self._batches = Batches(inputs, labels, *place, **own)
        self._module: Any = module.to(self._device)
        self._precision = "float32"
        self._accelerate(inputs[:2])
        learned = [each for each in module.parameters() if each.requires_grad]
        if not learned:
            raise ValueError(
                f"{self._name} has no parameters that learn, so it cannot be trained. Assign its "
                "layers in __init__, or use nn.ModuleList where they stand in a list."
            )
        self._optimizer = recipe.new_optimizer(learned)
        self._forward: Callable[[Tensor], Any] = self._module
        if recipe.compile and self._device.type == "cuda":
            self._forward = torch.compile(self._module, mode="reduce-overhead")
        self._steps = self._examples = 0
        torch.manual_seed(recipe.seed)  # last, so that nothing above moves it

    def advance(self, steps: int, seconds: float) -> dict[str, Any]:
        """Trains for some more steps, in training mode.

        Args:
            steps: how many at most.
            seconds: after which no step is begun any more.

        Returns:
            `steps` and `examples` since the beginning; `loss`, the mean over these steps, which is
            not a number where there were none or training diverged.

        Raises:
            TypeError: the network returned something else than a tensor.
            ValueError: its scores have another shape than (B, K), or hold no gradients.
        """
        end_s, done, lag = perf_counter() + seconds, 0, Lag(self._device)
        loss = torch.zeros((), device=self._device)
        self._module.train()
        with torch.enable_grad():  # a hand-in may have left it off
            while done < steps and perf_counter() < end_s:
                loss += self._step()
                done += 1
                lag.limit()
        return {
            "steps": self._steps,
            "examples": self._examples,
            "loss": loss.item() / done if done else math.nan,
        }

    def predict(self, inputs: Any, batch: int = 0) -> Any:
        """Computes scores in evaluation mode.

        Args:
            inputs: as in `begin`.
            batch: examples at a time; 0 chooses by the device.

        Returns:
            float32 (N, K).

        Raises:
            TypeError: as `advance`, and ValueError as well.
        """
        size = batch or PREDICTED_AT_ONCE.get(self._device.type, 128)
        found = [torch.zeros(0, self._classes, device=self._device)] if not len(inputs) else []
        self._module.eval()
        # Not inference mode: what a module keeps of it could not be trained with afterwards.
        with torch.no_grad(), autocast(self._device, self._precision):
            for start in range(0, len(inputs), size):
                some = resident(inputs[start : start + size], self._device)
                found.append(self._scores(self._module, self._batches.normalized(some)))
        return torch.cat(found).cpu().numpy()

    def parameters(self) -> int:
        """Counts the numbers that are learned."""
        return sum(each.numel() for each in self._module.parameters() if each.requires_grad)

    def _step(self) -> Tensor:
        inputs, labels = self._batches.next()
        with autocast(self._device, self._precision):
            scores = self._scores(self._forward, inputs)
            smoothing = self._recipe.label_smoothing
            loss: Tensor = functional.cross_entropy(scores, labels, label_smoothing=smoothing)
        if not loss.requires_grad:
            raise ValueError(
                f"The scores of {self._name}, shape {tuple(scores.shape)}, hold no gradients, so "
                "nothing can be learned from their loss. Leave out detach(), no_grad(), .data and "
                "the way through NumPy."
            )
        for group in self._optimizer.param_groups:
            group["lr"] = self._recipe.rate(self._steps)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self._optimizer.step()
        self._steps += 1
        self._examples += len(labels)
        return loss.detach()

    def _scores(self, forward: Callable[[Tensor], Any], inputs: Tensor) -> Tensor:
        """Runs the network and returns float32 scores (B, K)."""
        scores = forward(inputs)
        given, wanted = tuple(inputs.shape), f"({len(inputs)}, {self._classes})"
        if not isinstance(scores, torch.Tensor):
            raise TypeError(
                f"{self._name} returned a value of type {type(scores).__name__} for inputs of "
                f"shape {given}; expected one tensor of scores, shape {wanted}."
            )
        right = scores.ndim == 2 and len(scores) == len(inputs)
        if not right or scores.shape[1] < self._classes:
            raise ValueError(
                f"{self._name} returned shape {tuple(scores.shape)} for inputs of shape {given}; "
                f"expected {wanted}: a row for each example and a column for each class."
            )
        return scores.float()

    def _accelerate(self, few: Any) -> None:
        """Uses channels last and bfloat16 where the network takes them on a few examples.

        Lazy layers get their shapes here, too.
        """
        some = self._batches.normalized(resident(few, self._device))
        if any(is_lazy(each) for each in self._module.parameters()):
            with torch.no_grad():
                self._module.eval()(some)
        if self._batches.layout is torch.channels_last:
            if takes_channels_last(self._module, some):
                self._module.to(memory_format=torch.channels_last)
            else:
                self._batches.layout = torch.contiguous_format
                some = some.contiguous()
        allowed = self._recipe.precision == "bfloat16" and computes_bfloat16(self._device)
        if allowed and takes_bfloat16(self._module, some):
            self._precision = "bfloat16"
