"""Has a hand-in's functions train and measure a small classifier of ours, on batches of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import Any, Final

import numpy as np
import tensorflow as tf

PRINTED_AT_MOST: Final = 4000  # characters that are handed on


class Batches:
    """A data set that can be gone through again and again; its last batch may be short.

    Attributes:
        X: (N, ...).
        y: (N,), classes.
    """

    def __init__(self, X: Any, y: Any, batch_size: int) -> None:
        self.X, self.y = X, y
        self.batch_size, self.shuffle = batch_size, False

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """Yields pairs (x, y) of NumPy arrays."""
        for begin in range(0, len(self.X), self.batch_size):
            part = slice(begin, begin + self.batch_size)
            yield self.X[part], self.y[part]


def scores(x: Any, params: Any) -> Any:
    """Computes the scores ReLU(x W1 + b1) W2 ... (N, C).

    Args:
        x: (N, ...).
        params: matrices, each with a bias after it or without one.
    """
    out = tf.reshape(x, (len(x), -1))
    for number, each in enumerate(params):
        if len(each.shape) == 1:
            out = out + each
        else:
            out = tf.matmul(tf.nn.relu(out) if number else out, each)
    return out


def step(function: Any, data: dict[str, Any], learning_rate: float, steps: int) -> dict[str, Any]:
    """Calls `f(model_fn, x, y, params, learning_rate)` several times.

    Args:
        function: the hand-in's.
        data: inputs `x` (N, ...), classes `y` (N,), and the weights in order; see `scores`.
        learning_rate: is handed on.
        steps: how often it is called, with the weights of the call before.

    Returns:
        `loss` of the last call, and the weights as they are after it, by their names.
    """
    named = _params(data)
    params = list(named.values())
    batch = data["x"], data["y"].astype(np.int32)
    for _ in range(steps):
        loss = function(scores, *batch, params, learning_rate)
    # A list that holds new tensors has been updated as well.
    return {"loss": loss, **dict(zip(named, params, strict=False))}


def measure(function: Any, data: dict[str, Any], batch_size: int) -> dict[str, Any]:
    """Calls `f(dset, x, model_fn, params)`.

    Returns:
        `returned`, `printed`, and the weights afterwards, by their names.
    """
    named = _params(data)
    params = list(named.values())
    batches = Batches(data["x"], data["y"].astype(np.int32), batch_size)
    printed = StringIO()
    with redirect_stdout(printed), _printing_here():
        returned = function(batches, data["x"][:batch_size], scores, params)
    return {
        "returned": returned,
        "printed": printed.getvalue()[-PRINTED_AT_MOST:],
        **dict(zip(named, params, strict=False)),
    }


@contextmanager
def _printing_here() -> Iterator[None]:
    """Has `tf.print` write where `print` does, which it goes past: to the process's own stderr."""
    original = tf.print

    def write(*inputs: Any, **how: Any) -> Any:
        if not tf.executing_eagerly():
            return original(*inputs, **how)
        values = [each.numpy() if tf.is_tensor(each) else each for each in inputs]
        print(*values, sep=how.get("sep", " "), end=how.get("end", "\n"))  # noqa: T201  # as asked
        return None

    tf.print = write
    try:
        yield
    finally:
        tf.print = original


def _params(data: dict[str, Any]) -> dict[str, Any]:
    return {name: tf.Variable(value) for name, value in data.items() if name not in ("x", "y")}
