"""Drives a Keras model of any make: sets its parameters, runs it, takes gradients.

Names, order and nesting of a model's layers are the student's own affair, so parameters go by *role
and shape*: `weight 5x5x3x12`, `bias 12`. All of one group get the same values, and gradients are
summed over a group, so nothing depends on which of them comes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import tensorflow as tf

from .tensorflow_tensors import gradients, tensors

_ROLES: Final[Mapping[str, str]] = {
    "gamma": "scale",
    "beta": "shift",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One parameter or running statistic.

    Attributes:
        group: role and shape, as `weight 5x5x3x12`; vectors by their length whatever their axes.
    """

    name: str
    group: str
    variable: Any


@dataclass(frozen=True, slots=True)
class Filled:
    """A model whose parameters are set.

    Attributes:
        parts: those that have a group, and their values from it.
        unknown: names and shapes of those that have none.
    """

    model: Any
    parts: tuple[Part, ...]
    unknown: tuple[str, ...]


def group(name: str, shape: Any) -> str:
    """Names the group of a variable.

    >>> group("kernel", (5, 5, 3, 12)), group("bias", (1, 7)), group("gamma", (4,))
    ('weight 5x5x3x12', 'bias 7', 'scale 4')
    """
    if sum(size != 1 for size in shape) > 1 or name == "kernel":
        return f"weight {'x'.join(map(str, shape))}"
    return f"{_ROLES.get(name, 'bias')} {int(np.prod(shape, dtype=int))}"


def build(model: Any, inputs: list[Any]) -> Any:
    """Runs a model once, since Keras makes most parameters only then; returns the model.

    Raises:
        TypeError: it is no Keras model.
    """
    if not isinstance(model, tf.keras.layers.Layer):
        raise TypeError(f"a {type(model).__name__} is not a Keras model")
    model(*_inputs(inputs))
    return model


def parts(model: Any) -> list[Part]:
    """Lists the parameters and the running statistics of a model that was built."""
    return [
        Part(each.path, group(each.name, tuple(each.shape)), each)
        for each in model.weights
        if each.dtype.startswith("float")
    ]


def shapes(model: Any) -> dict[str, int]:
    """Counts the parameters and running statistics of each group."""
    counts: dict[str, int] = {}
    for part in parts(model):
        counts[part.group] = counts.get(part.group, 0) + 1
    return counts


def values(model: Any) -> dict[str, Any]:
    """Returns what the parameters are now: the numbers of each group in one array, (count, ...)."""
    found: dict[str, list[Any]] = {}
    for part in parts(model):
        found.setdefault(part.group, []).append(np.asarray(part.variable).reshape(_sizes(part)))
    return {name: np.stack(several) for name, several in found.items()}


def _sizes(part: Part) -> tuple[int, ...]:
    return tuple(int(size) for size in part.group.rpartition(" ")[2].split("x") if size)


def fill(model: Any, given: dict[str, Any]) -> Filled:
    """Sets every parameter to the values of its group."""
    found, unknown = [], []
    for part in parts(model):
        shape = tuple(part.variable.shape)
        if part.group in given:
            part.variable.assign(given[part.group].reshape(shape))
            found.append(part)
        else:
            unknown.append(f"{part.name} ({', '.join(map(str, shape))})")
    return Filled(model, tuple(found), tuple(unknown))


def unmatched(filled: Filled, given: dict[str, Any]) -> dict[str, list[str]]:
    """Says which groups no parameter has, and which parameters belong to no group."""
    used = {part.group for part in filled.parts}
    return {
        "missing": [name for name in given if name not in used],
        "unknown": list(filled.unknown),
    }


def run(
    filled: Filled, inputs: list[Any], upstream: Any, wrt: list[str], mode: str
) -> dict[str, Any]:
    """Runs a model and, where an upstream gradient is given, takes gradients.

    Args:
        filled: its parameters are set.
        inputs: arrays, in the order of the model's arguments.
        upstream: gradient of a scalar by the output, or `None`.
        wrt: groups, and inputs as `input 0`, whose gradients are wanted.
        mode: train or eval, which say what `training` is; empty to leave it out.

    Returns:
        `out`; with an upstream gradient `gradients` and `unreached`, the names of the parameters
        that no gradient reaches.
    """
    given = _inputs(inputs)
    how = {"training": mode == "train"} if mode else {}
    learned = [part for part in filled.parts if not part.group.startswith("running_")]
    with tf.GradientTape() as tape:
        tape.watch(given)
        out = filled.model(*given, **how)
    if upstream is None or not isinstance(out, tf.Tensor) or tuple(out.shape) != upstream.shape:
        return {"out": out, "gradients": dict.fromkeys(wrt), "unreached": []}
    sources = [part.variable.value for part in learned] + given
    found = gradients(tape, out, sources, upstream)
    sums: dict[str, Any] = dict.fromkeys(wrt)
    unreached = []
    for part, gradient in zip(learned, found, strict=False):
        if gradient is None:
            unreached.append(part.name)
        elif part.group in sums:
            array = gradient.numpy().reshape(_sizes(part))
            before = sums[part.group]
            sums[part.group] = array if before is None else before + array
    for number, gradient in enumerate(found[len(learned) :]):
        if f"input {number}" in sums:
            sums[f"input {number}"] = gradient
    return {"out": out, "gradients": sums, "unreached": unreached}


def _inputs(inputs: list[Any]) -> list[Any]:
    return list(tensors({str(number): each for number, each in enumerate(inputs)}).values())
