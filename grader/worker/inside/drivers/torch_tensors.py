"""Arrays to tensors and back, and the precision that a hand-in computes in."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..torch_library import to_numpy


def precision(name: str) -> None:
    """Has tensors and parameters that are made from now on be `float64` or `float32`.

    And has gradients be recorded: a statement of the hand-in that turned this off at import, or was
    cut short where it was off, is no part of the question.
    """
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float64 if name == "float64" else torch.float32)


def tensor(array: Any) -> Any:
    """Makes a tensor of an array: real numbers in the precision of now, integers as they are."""
    made = torch.from_numpy(np.array(array))
    return made.to(torch.get_default_dtype()) if made.is_floating_point() else made


def tensors(arrays: list[Any]) -> list[Any]:
    """Makes a tensor of every array; what is none stays as it is."""
    return [tensor(each) if isinstance(each, np.ndarray) else each for each in arrays]


def arrays_of(value: Any) -> Any:
    """Returns the numbers of a tensor."""
    return to_numpy(value)
