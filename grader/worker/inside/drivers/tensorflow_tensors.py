"""Arrays to TensorFlow's tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf


def tensors(values: dict[str, Any]) -> dict[str, Any]:
    """Makes a tensor of every array; lists of numbers, as shapes are, become tuples."""
    return {name: _tensor(value) for name, value in values.items()}


def _tensor(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return tf.constant(value)
    return tuple(value) if isinstance(value, list) else value


def gradients(tape: Any, out: Any, sources: list[Any], upstream: Any) -> list[Any]:
    """Takes the gradients of an output by tensors; `None` by those that do not reach it."""
    by = tf.constant(upstream, dtype=out.dtype)
    # A gradient that was gathered from rows is not dense yet.
    found = tape.gradient(out, sources, output_gradients=by)
    return [None if each is None else tf.convert_to_tensor(each) for each in found]
