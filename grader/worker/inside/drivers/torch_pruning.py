"""Has a hand-in's functions prune small networks of ours, and reads what is left of the weights."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import nn

from .torch_tensors import precision, tensor


def network(weights: dict[str, Any], nested: bool) -> Any:
    """Makes a network of given weights.

    Args:
        weights: arrays by name, such as `conv1.weight` (F, C, KH, KW), `conv1.bias` (F,),
            `fc1.weight` (outputs, inputs); a layer without a bias has none.
        nested: whether convolutions and linear layers lie in modules of their own.
    """
    precision("float32")
    layers = {"features": OrderedDict[str, Any](), "classifier": OrderedDict[str, Any]()}
    for name, array in weights.items():
        layer, _, leaf = name.partition(".")
        if leaf == "weight":
            made = _layer(array.shape, f"{layer}.bias" in weights)
            part = layers["features" if array.ndim == 4 else "classifier"]
            part[layer] = made
            part[f"{layer}_relu"] = nn.ReLU()
        with torch.no_grad():
            getattr(made, leaf).copy_(tensor(array))
    layers["classifier"].popitem()  # the last layer gives the scores
    layers["features"]["flatten"] = nn.Flatten()
    if nested:
        return nn.Sequential(
            OrderedDict((name, nn.Sequential(part)) for name, part in layers.items())
        )
    return nn.Sequential(OrderedDict([*layers["features"].items(), *layers["classifier"].items()]))


def _layer(shape: tuple[int, ...], bias: bool) -> Any:
    if len(shape) == 4:
        padding = (shape[2] // 2, shape[3] // 2)
        return nn.Conv2d(shape[1], shape[0], shape[2:], padding=padding, bias=bias)
    return nn.Linear(shape[1], shape[0], bias=bias)


def prune(function: Any, weights: dict[str, Any], nested: bool, amount: float) -> dict[str, Any]:
    """Calls a function with a network and a fraction.

    Returns:
        `module`, whether a network came back; `layers`, the weights and biases of each of its
        convolutions and linear layers, in order. A layer's weight is what forward would use.
    """
    pruned = function(network(weights, nested), amount)
    if not isinstance(pruned, nn.Module):
        return {"module": False, "layers": []}
    found = [each for each in pruned.modules() if isinstance(each, (nn.Conv2d, nn.Linear))]
    layers = [{"weight": each.weight, "bias": each.bias} for each in found]
    return {"module": True, "layers": layers}
