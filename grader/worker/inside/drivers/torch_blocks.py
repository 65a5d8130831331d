"""Puts a stand-in for a network's blocks, so that the network is judged and not its blocks.

The stand-in has the constructor of the hand-in's own block and keeps the shapes that such a block
has to; what it computes is nothing that anybody would learn with. It notes each call.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any, Final

import torch
from torch import nn

from . import binding

_kept: Final[dict[str, Any]] = {}  # what `replace` has taken out, until `restore`


def replace(owner: type, name: str) -> None:
    """Puts a stand-in for the blocks of a network into the module of its class.

    Args:
        owner: class of the network.
        name: of the block's class; where there is none, nothing is done.
    """
    module = sys.modules[owner.__module__]
    real = getattr(module, name, None)
    _kept.update(module=module, name=name, real=real, calls=[])
    if isinstance(real, type):
        setattr(module, name, _stand_in(real, _kept["calls"]))


def restore() -> Any:
    """Puts the real blocks back; returns one row for each call: channels, stride and height."""
    if isinstance(_kept.get("real"), type):
        setattr(_kept["module"], _kept["name"], _kept["real"])
    calls = _kept.get("calls") or []
    return torch.tensor(calls, dtype=torch.float64) if calls else None


def _stand_in(real: type, calls: list[Any]) -> type:
    class StandIn(nn.Module):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__()
            calls.clear()
            self.sizes = _sizes(real, args, kwargs)

        def forward(self, x: Any) -> Any:
            inputs, outputs, stride = self.sizes
            if x.shape[1] != inputs:
                raise ValueError(
                    f"a {real.__name__} made for {inputs} channels was given {x.shape[1]}"
                )
            # A neighbour is added, so that it matters at which size a block works.
            some = (x + torch.roll(x, 1, dims=3))[:, :, ::stride, ::stride]
            calls.append([inputs, outputs, stride, some.shape[2]])
            scale = torch.linspace(0.5, 1.5, outputs).reshape(-1, 1, 1)
            return torch.sin(scale * some[:, torch.arange(outputs) % inputs] + 0.3)

    StandIn.__name__ = StandIn.__qualname__ = real.__name__
    return StandIn


def _sizes(real: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[int, int, int]:
    bound = inspect.signature(real).bind(*args, **kwargs)
    bound.apply_defaults()
    named = bound.signature.parameters.values()
    given = {
        role: bound.arguments[each.name]
        for role in ("channels", "filters", "stride", "halving")
        for each in named
        if binding.is_named(each, role)
    }
    numbers = [each for each in bound.arguments.values() if type(each) is int]
    inputs = int(given.get("channels", numbers[0]))
    outputs = int(given.get("filters", numbers[1] if numbers[1:] else inputs))
    stride = given.get("stride", 2 if given.get("halving") else 1)
    stride = stride[0] if isinstance(stride, (tuple, list)) else stride
    return inputs, outputs, int(stride)
