"""Runs training and validation loops of a hand-in on a small model, and counts a model's parts.

The model notes in which mode it is called and whether gradients are built. What the loops return is
brought to one form: a mean loss, and an accuracy as a fraction. Which of two numbers is the loss is
found by running once more with a criterion that gives twice as much; at half the rate, the
parameters take the same way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from . import binding
from .torch_tensors import arrays_of

Named = dict[str, Any]


class _Noted(nn.Module):
    """A linear classifier that notes how it is called."""

    def __init__(self, weight: Any, bias: Any) -> None:
        super().__init__()
        self.linear = nn.Linear(weight.shape[1], weight.shape[0])
        self.dropout = nn.Dropout(0.0)  # that loops have a mode to set
        self.modes: list[bool] = []
        self.graphs: list[bool] = []
        with torch.no_grad():
            self.linear.weight.copy_(torch.from_numpy(weight.copy()))
            self.linear.bias.copy_(torch.from_numpy(bias.copy()))

    def forward(self, x: Any) -> Any:
        """Maps (N, ...) to scores."""
        self.modes.append(self.training)
        self.graphs.append(torch.is_grad_enabled())
        return self.dropout(self.linear(x.flatten(1)))


class _Scaled(nn.Module):
    """The mean cross-entropy, times a factor."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor
        self.loss = nn.CrossEntropyLoss()

    def forward(self, scores: Any, labels: Any) -> Any:
        """Takes scores (N, K) and classes (N,)."""
        return self.factor * self.loss(scores, labels)


class _Stage:
    """A model, a loader, a criterion and an optimizer, ready for a loop."""

    def __init__(self, inputs: Named, settings: Named, factor: float = 1.0) -> None:
        x, y = torch.from_numpy(inputs["x"].copy()), torch.from_numpy(inputs["labels"].copy())
        data = torch.utils.data.TensorDataset(x, y)
        self.factor = factor
        self.model = _Noted(inputs["weight"], inputs["bias"])
        optimizer = torch.optim.SGD(self.model.parameters(), lr=settings["rate"] / factor)
        self.values = {
            "model": self.model,
            "loader": torch.utils.data.DataLoader(data, batch_size=settings["batch"]),
            "criterion": _Scaled(factor),
            "optimizer": optimizer,
            "device": torch.device("cpu"),
            "epochs": 1,
        }

    def run(self, loop: Callable[..., Any], kind: str) -> Any:
        """Runs a loop on the loader."""
        values = dict(self.values)
        if kind == "valid" and not binding.takes(loop, "optimizer"):
            values.pop("optimizer")
        if not _has_a_criterion_of_its_own(loop, values):
            return binding.call(loop, values)
        values.pop("criterion")
        with self._own_criterion():
            return binding.call(loop, values)

    @contextmanager
    def _own_criterion(self) -> Iterator[None]:
        """Has a loop that asks for no criterion get as much from its own cross-entropy."""
        plain = nn.functional.cross_entropy

        def scaled(*args: Any, **kwargs: Any) -> Any:
            return self.factor * plain(*args, **kwargs)

        nn.functional.cross_entropy = scaled  # nn.CrossEntropyLoss calls it as well
        try:
            yield
        finally:
            nn.functional.cross_entropy = plain


def _has_a_criterion_of_its_own(loop: Callable[..., Any], values: Named) -> bool:
    """Tells whether all that a loop asks for by name is something else than a criterion."""
    asked = [each for each in binding.parameters(loop) or () if each.default is each.empty]
    others = [role for role in values if role != "criterion"]
    return (
        bool(asked)
        and all(any(binding.is_named(each, role) for role in others) for each in asked)
        and not binding.takes(loop, "criterion")
    )


def loop(function: Any, kind: str, inputs: Named, settings: Named) -> Named:
    """Runs a loop and says what it did.

    Args:
        function: the loop.
        kind: `train` or `valid`.
        inputs: `x` (N, ...), `labels` (N,), and `weight` (K, D), `bias` (K,) of the model.
        settings: `batch` and `rate`.

    Returns:
        `loss` and `accuracy` as returned; `weight` and `bias` of the model afterwards; `mode`, 1
        where all calls of the model were in training mode and 0 where none was; `grads`, 1 where a
        parameter was given a gradient; `graphs`, 1 where the model was called with autograd on.
    """
    torch.set_grad_enabled(True)  # a notebook may have left it off
    stage, scaled = _Stage(inputs, settings), _Stage(inputs, settings, factor=2.0)
    stage.model.train(kind == "valid")
    if kind == "train":
        _validate_before(function, stage)
    result = stage.run(function, kind)
    loss, accuracy = _told_apart(result, scaled.run(function, kind))
    model = stage.model
    return {
        "loss": loss,
        "accuracy": accuracy,
        "weight": arrays_of(model.linear.weight),
        "bias": arrays_of(model.linear.bias),
        "mode": float(np.mean(model.modes)) if model.modes else None,
        "grads": float(any(each.grad is not None for each in model.parameters())),
        "graphs": float(any(model.graphs)),
    }


def _validate_before(function: Any, stage: _Stage) -> None:
    """Leaves the model in the mode in which an epoch's validation leaves it."""
    module = sys.modules.get(getattr(function, "__module__", ""))
    before = getattr(module, "valid_loop", None)
    stage.model.train()
    try:
        if before is not None:
            stage.run(before, "valid")
    except Exception:  # charged where validation is judged
        stage.model.train()
    stage.model.zero_grad()
    stage.model.modes.clear()
    stage.model.graphs.clear()


def _told_apart(once: Any, twice: Any) -> tuple[Any, Any]:
    """Tells the loss from the accuracy among two returned numbers, lists or entries."""
    if isinstance(once, dict) and isinstance(twice, dict):
        once, twice = list(once.values()), list(twice.values())
    if not isinstance(once, (tuple, list)) or not isinstance(twice, (tuple, list)):
        return once, None
    pairs = [(_number(a), _number(b)) for a, b in zip(once, twice, strict=False)]
    losses = [a for a, b in pairs if a is not None and b is not None and _is_double(a, b)]
    others = [a for a, b in pairs if a is not None and b is not None and not _is_double(a, b)]
    # Of two numbers neither of which is the loss, the first is no accuracy but a wrong loss.
    accuracy = others[-1 if not losses else 0] if others else None
    if accuracy is not None and accuracy > 1:
        accuracy = accuracy / 100
    return (losses[0] if losses else None), accuracy


def _is_double(first: float, second: float) -> bool:
    return bool(first != 0 and np.isclose(second, 2 * first, rtol=1e-3, atol=0))


def _number(value: Any) -> float | None:
    """Takes a number, or the mean of a list of numbers, one for each batch."""
    try:
        if isinstance(value, (list, tuple)):
            numbers = [float(each) for each in value]
            return float(np.mean(numbers)) if numbers else None
        return float(value.detach() if isinstance(value, torch.Tensor) else value)
    except (TypeError, ValueError, RuntimeError):
        return None


def census(model: Any, x: Any) -> Named:
    """Counts a model's parameters, and what it makes of images.

    Args:
        model: a module.
        x: images (N, C, H, W); handed over flat where the model refuses them.

    Returns:
        `parameters`; `convolutions`, the number of its convolutions; `rows` and `columns` of its
        output; `nonlinear`, 0 where the scores are an affine function of the images.
    """
    images = torch.from_numpy(x.copy())
    model.eval()
    with torch.no_grad():
        try:
            out = model(images)
        except Exception:
            images = images.flatten(1)
            out = model(images)
        bent = _is_bent(model, images)
    convolutions = [each for each in model.modules() if isinstance(each, nn.modules.conv._ConvNd)]
    shape = tuple(out.shape) if isinstance(out, torch.Tensor) and out.ndim == 2 else (-1, -1)
    return {
        "parameters": float(sum(each.numel() for each in model.parameters())),
        "convolutions": float(len(convolutions)),
        "rows": float(shape[0]),
        "columns": float(shape[1]),
        "nonlinear": float(bent),
    }


def _is_bent(model: Any, images: Any) -> bool:
    """Tells whether f(a) + f(b) differs from f(a + b) + f(0), far from where a tanh is straight."""
    parts = 100.0 * images[:2]
    try:
        apart = model(parts)
        together = model(torch.stack([parts.sum(dim=0), torch.zeros_like(parts[0])]))
        size = (apart - together[1]).abs().max()
        rest = (apart.sum(dim=0) - together.sum(dim=0)).abs().max()
    except Exception:  # what the model does with images is judged by its output
        return True
    return not bool(rest <= 1e-3 * size)
