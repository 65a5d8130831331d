"""Tells whether a Keras model is stacked by `tf.keras.Sequential`, wherever the stack stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tensorflow as tf


def stacked(model: Any) -> dict[str, Any]:
    """Looks for a `tf.keras.Sequential` that holds all weights, in more than one of its layers.

    Around a single layer, such as a class with a call of its own, it stacks nothing.

    Args:
        model: has been built, since Keras makes most weights only then.

    Returns:
        `stacked`, and `made`, the name of the model's class.
    """
    every = _ids(model)
    stacks = (each for each in _parts(model) if isinstance(each, tf.keras.Sequential))
    found = any(
        _ids(each) >= every and sum(map(bool, map(_ids, each.layers))) > 1 for each in stacks
    )
    return {"stacked": found, "made": type(model).__name__}


def _parts(layer: Any) -> Iterator[Any]:
    yield layer
    for part in getattr(layer, "layers", ()):
        yield from _parts(part)


def _ids(layer: Any) -> set[int]:
    return {id(variable) for variable in layer.weights}
