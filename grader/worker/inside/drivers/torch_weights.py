"""Has a hand-in's functions make weights, and looks at what kind of tensor comes back."""

from __future__ import annotations

import inspect
from typing import Any

import torch

from .torch_tensors import precision


def make(function: Any, shape: list[int]) -> dict[str, Any]:
    """Calls a function with a shape.

    Returns:
        `weight`; `tensor`, whether it is one; `tracked` and `leaf`, whether it requires gradients
        and can be trained; `dtype`, and `wanted`, that of the hand-in's global of this name.
    """
    precision("float32")
    namespace = getattr(inspect.unwrap(function), "__globals__", {})
    wanted = namespace.setdefault("dtype", torch.float32)
    namespace.setdefault("device", torch.device("cpu"))
    weight = function(tuple(shape))
    found: dict[str, Any] = {"weight": weight, "tensor": isinstance(weight, torch.Tensor)}
    if found["tensor"]:
        found |= {"tracked": weight.requires_grad, "leaf": weight.is_leaf}
        found |= {"dtype": str(weight.dtype), "wanted": str(wanted)}
    return found
