"""Tells whether a PyTorch network is stacked by `nn.Sequential`, wherever the stack stands."""

from __future__ import annotations

from typing import Any

from torch import nn


def stacked(module: Any) -> dict[str, Any]:
    """Looks for an `nn.Sequential` that holds all parameters, in more than one of its parts.

    Around a single part, such as a class with a forward of its own, it stacks nothing.

    Returns:
        `stacked`, and `made`, the name of the module's class.
    """
    every = _ids(module)
    stacks = (each for each in module.modules() if isinstance(each, nn.Sequential))
    found = any(_ids(each) >= every and sum(map(bool, map(_ids, each))) > 1 for each in stacks)
    return {"stacked": found, "made": type(module).__name__}


def _ids(module: Any) -> set[int]:
    return {id(parameter) for parameter in module.parameters()}
