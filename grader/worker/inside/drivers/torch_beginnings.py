"""Tells whether a PyTorch module was begun: whether its constructor made any layer at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import nn

DEEP: Final = 4  # containers inside of one another that are looked into


def begun(module: Any) -> bool:
    """Says whether a module holds a layer or a tensor, be it in a list where PyTorch finds none."""
    return _holds(vars(module), DEEP)


def _holds(value: Any, deep: int) -> bool:
    if isinstance(value, (nn.Module, torch.Tensor)):
        return True
    parts = value.values() if isinstance(value, Mapping) else value
    is_container = isinstance(value, (Mapping, list, tuple, set))
    return is_container and deep > 0 and any(_holds(each, deep - 1) for each in parts)
