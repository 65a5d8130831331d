"""Has an optimizer that a hand-in makes change a variable of ours by gradients of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf


def steps(make: Any, gradients: list[float]) -> dict[str, Any]:
    """Makes an optimizer, and applies one gradient after the other.

    Args:
        make: takes nothing and returns the optimizer.
        gradients: the gradient of every step.

    Returns:
        `optimizer`, whether it is one; `changes` (steps,), by how much each step changed the
        variable.
    """
    optimizer = make()
    if not isinstance(optimizer, tf.keras.optimizers.Optimizer):
        return {"optimizer": False, "changes": np.zeros(0)}
    variable = tf.Variable([0.0])
    changes = []
    for gradient in gradients:
        before = float(variable[0])
        optimizer.apply_gradients([(tf.constant([gradient], dtype=tf.float32), variable)])
        changes.append(float(variable[0]) - before)
    return {"optimizer": True, "changes": np.array(changes)}
