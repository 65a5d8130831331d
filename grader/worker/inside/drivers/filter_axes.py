"""Brings the weights of a convolution from the course's axes to those of a hand-in, and back."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

# Axes of the weights as hand-ins keep them, by shape, in the course's order (F, C, height, width).
_ORDERS: Final = (
    (0, 1, 2, 3),
    (2, 3, 1, 0),
    (1, 0, 2, 3),
    (0, 2, 3, 1),
    (2, 3, 0, 1),
    (1, 2, 3, 0),
)


def fitted(w: Any, shape: tuple[int, ...]) -> Any:
    """Gives weights (F, C, height, width) the axes of a hand-in's."""
    for order in _ORDERS:
        moved = w.transpose(order)
        if moved.shape == shape:
            return moved.copy()
    filters = w.shape[0]
    if shape and shape[-1] == filters and shape[0] != filters:
        return w.reshape(filters, -1).T.reshape(shape).copy()
    return w.reshape(shape).copy()


def unfitted(value: Any, shape: tuple[int, ...]) -> Any:
    """Gives a hand-in's weights the axes (F, C, height, width)."""
    for order in _ORDERS:
        if value.shape == tuple(shape[axis] for axis in order):
            return value.transpose(np.argsort(order)).copy()
    if value.ndim and value.shape[-1] == shape[0] and value.shape[0] != shape[0]:
        return value.reshape(-1, shape[0]).T.reshape(shape).copy()
    return value.reshape(shape).copy()
