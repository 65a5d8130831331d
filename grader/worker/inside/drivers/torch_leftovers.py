"""Says which parameters of a module take no part in what it computes.

Such are left of layers that were tried and that forward no longer calls. No output depends on
them, so they are no fault of the network's.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import torch

from .torch_graph import leaves
from .torch_tensors import tensors


def leftovers(module: Any, inputs: list[Any], names: Collection[str]) -> list[str]:
    """Names the parameters that no gradient reaches and no output depends on.

    Both are asked: what is detached takes part without a gradient, and a bias that a batch
    normalization cancels has a gradient.

    Args:
        module: it is asked in the mode that it is in, and left as it was.
        inputs: arrays, in the order of forward's parameters.
        names: those that are looked at.
    """
    kept = {name: each.clone() for name, each in module.named_buffers()}
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        out = _out(module, inputs)
        reached = leaves(out)
        tried = {
            name: each
            for name, each in module.named_parameters()
            if name in names and id(each) not in reached
        }
        found = [name for name, each in tried.items() if _is_idle(module, inputs, each, out)]
    with torch.no_grad():
        for name, each in module.named_buffers():
            if name in kept:
                each.copy_(kept[name])
    return found


def _out(module: Any, inputs: list[Any]) -> Any:
    torch.manual_seed(0)  # so that what is random is the same
    return module(*tensors(inputs))


def _is_idle(module: Any, inputs: list[Any], parameter: Any, out: Any) -> bool:
    if not isinstance(out, torch.Tensor):
        return False
    with torch.no_grad():
        before = parameter.clone()
        parameter.add_(torch.randn_like(parameter))
        other = _out(module, inputs)
        parameter.copy_(before)
    return isinstance(other, torch.Tensor) and torch.equal(out, other)
