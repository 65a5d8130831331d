"""Kaiming's initial values for PyTorch (He, Zhang, Ren & Sun 2015, eq. 10): N(0, 2 / fan_in)."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn


def fan_in(shape: Sequence[int]) -> int:
    """Count the inputs of one output.

    Args:
        shape: (inputs, outputs) of a matrix that inputs are multiplied with from the left, or
            (filters, channels, height, width) of a convolution.

    Raises:
        ValueError: If the shape is neither.

    >>> fan_in((3, 5)), fan_in((8, 3, 5, 5))
    (3, 75)
    """
    if len(shape) == 2:
        return shape[0]
    if len(shape) == 4:
        return math.prod(shape[1:])
    raise ValueError(
        f"A weight of shape {tuple(shape)} has neither 2 nor 4 axes, so its inputs cannot be "
        "counted. Give (inputs, outputs) or (filters, channels, height, width)."
    )


def kaiming_normal(shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
    """Draw a leaf tensor that requires gradients, from PyTorch's global generator."""
    values = torch.randn(tuple(shape), dtype=dtype) * math.sqrt(2 / fan_in(shape))
    return values.requires_grad_()


def initialize(model: nn.Module) -> None:
    """Draw the weights of all convolutions and linear layers of a network anew, in place."""
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)
