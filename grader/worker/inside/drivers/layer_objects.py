"""Runs convolution and pooling layers that are classes: `forward(x)`, `backward(dout)`.

Neither the names of the classes nor those of their attributes are fixed by the text, nor how the
gradients come back. They are found by what the classes can do and by the sizes of the arrays.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import numpy as np

from . import (
    binding,
    cache_entries,
    filter_axes,
    held_values,
    network_weights,
    split_arrays,
)

Named = dict[str, Any]
_WEIGHTS: Final = frozenset({"w", "weight", "weights", "kernel", "kernels", "filters", "filter"})


class NoClass(LookupError):  # noqa: N818  # it says what happened
    """The module has no class that could be the layer."""


def find_class(module: Any, name: str, kind: str) -> Any:
    """Finds the class of a layer: by its name, or by what the classes of the module can do.

    Args:
        module: of the hand-in.
        name: that the template uses.
        kind: `convolution` or `pooling`.

    Raises:
        NoClass: there is none, or more than one.
    """
    if isinstance(getattr(module, name, None), type):
        return getattr(module, name)
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__ and _is(each, kind)
    ]
    if len(found) > 1:
        words = ("conv",) if kind == "convolution" else ("pool",)
        found = [each for each in found if any(word in each.__name__.lower() for word in words)]
    if len(found) != 1:
        raise NoClass(name)
    return found[0]


def _is(owner: type, kind: str) -> bool:
    own = {name for each in owner.__mro__[:-1] for name in vars(each)}
    layer = {"forward", "backward"} <= own and not {"loss", "update"} & own
    if kind == "pooling":
        return layer and "initialize_weights" not in own
    return layer and "initialize_weights" in own


def ask(owner: type, kind: str, inputs: Named, upstream: Any, draw: bool, warm: int = 0) -> Named:
    """Makes a layer, sets its weights and runs it.

    Args:
        owner: class of the layer.
        kind: `convolution` or `pooling`.
        inputs: `x`; and `w` (F, C, height, width), `b` (F,) for a convolution.
        upstream: gradient by the output; `None` for forward alone.
        draw: give the weights that the layer draws itself.
        warm: how many other batches of the same shape go through the layer before.

    Returns:
        `out`; the gradients `w` and `b`, or `x`; whether x was `changed`. A layer with padding
        gives a larger output: with an upstream gradient, its margin is cut off, and gets none.
    """
    layer = _Layer(owner, kind, inputs)
    if draw:
        layer.initialize()
        return {"w": layer.read_weights()}
    if kind == "convolution":
        layer.set_weights()
    for turn in range(warm):
        turned = None if upstream is None else (turn + 2.0) * upstream[:, :, ::-1]
        _pass(layer, kind, inputs["x"][:, :, :, ::-1].copy(), turned)
    return _pass(layer, kind, inputs["x"], upstream)


def _pass(layer: _Layer, kind: str, images: Any, upstream: Any) -> Named:
    """Runs forward, and backward where there is an upstream gradient."""
    x = images.copy()
    out, memory = layer.forward(x)
    answer: Named = {"changed": not np.array_equal(x, images), "out": out}
    if upstream is None:
        return answer
    if not isinstance(out, np.ndarray) or out.ndim != 4:
        with suppress(Exception):  # charged where the output is judged
            answer |= layer.backward(upstream.copy(), x, memory)
        return answer
    padded = np.zeros(out.shape)
    if kind == "convolution" and out.shape[2] == upstream.shape[2] + 2:
        padded[:, :, 1:-1, 1:-1] = upstream
        answer["out"] = out[:, :, 1:-1, 1:-1].copy()
    else:
        padded = upstream.copy()
    return {**answer, **layer.backward(padded, x, memory)}


class _Layer:
    def __init__(self, owner: type, kind: str, inputs: Named) -> None:
        self.kind = kind
        self.inputs = inputs
        filters, channels, height, _ = np.shape(inputs.get("w", np.zeros((64, 1, 3, 3))))
        self.shape = (filters, channels, height, height)
        side = height if kind == "convolution" else 2
        sizes = {
            "filters": filters,
            "channels": channels,
            "side": side,
            "stride": 1 if kind == "convolution" else 2,
            "pad": 0,
            "image": inputs["x"].shape[2] if "x" in inputs else 32,
            "seed": 0,
        }
        self.layer = binding.call(owner, _required(owner, sizes))

    def initialize(self) -> None:
        function = getattr(self.layer, "initialize_weights", None)
        if function is not None:
            required = binding.parameters(function) or []
            values = {"dims": self.shape} if required else {}
            binding.call(function, values)

    def set_weights(self) -> None:
        with suppress(Exception):  # charged where the weights are judged
            self.initialize()
        place, split = self._weights(), self._split(self.inputs["w"].size // self.shape[0])
        if split:  # also where the whole is kept beside them, as either may be what is used
            split_arrays.write(split, self.inputs["w"])
        if place is None and not split:  # as the template has it
            self.layer.weights = {"W": self.inputs["w"].copy(), "b": self.inputs["b"].copy()}
        elif place is not None:
            for table, key in self._also_kept(*place):
                same = table[key].size == self.inputs["w"].size
                fitted = filter_axes.fitted(
                    self.inputs["w"], table[key].shape if same else self.shape
                )
                network_weights.put(table, key, fitted)
        bias = next(self._places(self.shape[0]), None)
        if bias is not None:
            for table, key in self._also_kept(*bias):
                network_weights.put(table, key, self.inputs["b"].reshape(table[key].shape).copy())
        split = self._split(1)
        if split:
            split_arrays.write(split, self.inputs["b"])
        self.has_bias = bias is not None or bool(split)

    def read_weights(self) -> Any:
        split = self._split(int(np.prod(self.shape[1:])))
        place = self._weights()
        if place is None:
            return split_arrays.joined(split) if split else None
        return place[0][place[1]].copy()

    def _weights(self) -> tuple[Any, Any] | None:
        """Finds the weights by their size; where none has it and none are split, by a name."""
        of_size = next(self._places(int(np.prod(self.shape))), None)
        if of_size or self._split(int(np.prod(self.shape[1:]))):
            return of_size
        named = ((table, key) for table, key in self._places(None) if str(key).lower() in _WEIGHTS)
        return next(named, None)

    def _split(self, size: int, gradients: bool = False) -> list[split_arrays.Piece]:
        """Finds what is kept in one piece of a size for each filter: the weights, or the bias."""
        found = (
            each
            for each in split_arrays.held(self.layer)
            if network_weights.is_of_gradient(each.path) == gradients
            and (size > 1 or split_arrays.is_of_bias(each))
        )
        return split_arrays.pieces(found, self.shape[0], size)

    def _also_kept(self, table: Any, key: Any) -> list[tuple[Any, Any]]:
        """Lists all places of one array: `self.W` may be `self.weights["W"]` as well."""
        array = table[key]
        kept = self._places(array.size)
        return [(table, key) for table, key in kept if np.shares_memory(table[key], array)]

    def _places(self, size: int | None, gradients: bool = False) -> Iterator[tuple[Any, Any]]:
        """Lists the places of arrays of a size, or of any."""
        for path, values, key in held_values.arrays(self.layer):
            of_gradient = network_weights.is_of_gradient(path)
            if of_gradient == gradients and size in (None, values[key].size):
                yield values, key

    def forward(self, x: Any) -> tuple[Any, Any]:
        result = binding.call(self.layer.forward, {"x": x})
        out, memory = result, None
        if isinstance(result, (tuple, list)) and result:
            out, memory = result[0], result[1] if len(result) > 1 else None
        if self.kind == "convolution" and not self.has_bias and isinstance(out, np.ndarray):
            # A layer without a bias is one whose bias is added behind it.
            out = out + self.inputs["b"].reshape(1, -1, 1, 1) if out.ndim == 4 else out
        return out, memory

    def backward(self, upstream: Any, x: Any, memory: Any) -> Named:
        function = self.layer.backward
        values = {"upstream": upstream, "x": x}
        if memory is not None:
            values = {"upstream": upstream, "cache": memory, "x": x}
        result = binding.call(function, values)
        if self.kind == "pooling":
            return {"x": result[0] if isinstance(result, (tuple, list)) and result else result}
        filters, size = self.shape[0], int(np.prod(self.shape))
        entries = list(cache_entries.flatten(result))
        arrays = [value for _, value in entries]
        arrays += [table[key] for table, key in self._places(size, gradients=True)]
        arrays += [table[key] for table, key in self._places(filters, gradients=True)]
        # What has the name alone is of a wrong shape, which is said then.
        named = {cache_entries.letter_of(path): value for path, value in entries}
        named |= {
            letter: split_arrays.joined(split)
            for letter, each in (("w", size // filters), ("b", 1))
            if (split := self._split_gradient(result, each))
        }
        dw = next((each for each in arrays if each.size == size), named.get("w"))
        db = next((each for each in arrays if each.size == filters), named.get("b"))
        if not self.has_bias:
            db = upstream.sum(axis=(0, 2, 3))
        return {
            "w": dw if dw is None or dw.size != size else filter_axes.unfitted(dw, self.shape),
            "b": db if db is None or db.size != filters else db.reshape(-1),
        }

    def _split_gradient(self, result: Any, size: int) -> list[split_arrays.Piece]:
        """Finds a gradient in pieces, in what was returned or else in the layer."""
        given = split_arrays.returned(result) if isinstance(result, (dict, list, tuple)) else ()
        own = split_arrays.pieces(given, self.shape[0], size)
        return own or self._split(size, gradients=True)


def _required(owner: type, sizes: Named) -> Named:
    """Keeps the sizes that a constructor asks for without a default of its own."""
    required = [
        each for each in binding.parameters(owner) or () if each.default is inspect.Parameter.empty
    ]
    kept = {
        role: value
        for role, value in sizes.items()
        if any(binding.is_named(each, role) for each in required)
    }
    return kept
