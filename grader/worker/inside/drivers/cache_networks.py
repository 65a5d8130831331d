"""Runs networks of the style of `NN`: weights W1, b1, …, `forward` with a cache, `backward`.

Every function here makes a new network. What is the hand-in's own affair, such as the orientation
of its weights, the names in its cache and whether it averages or sums over the batch, is brought to
one form; what the numbers are is nobody's affair here.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import numpy as np

from . import binding, network_weights, plain_activations, right_caches

Named = dict[str, Any]
RATES: Final = ("lr", "learning_rate", "alpha", "eta", "step_size", "rate")
_STORED: Final = ("grads", "gradients", "grad")


class Lacking(Exception):  # noqa: N818  # it says what happened
    """The class has no method of a name that the assignment fixes."""


class Network:
    """A hand-in's network, as it can be asked.

    Args:
        owner: its class.
        settings: `activation`, and the learning rate `lr`, where they matter.
        weights: by the course's names, (in, out) and (out,); none leaves it as constructed.
    """

    def __init__(self, owner: type, settings: Named, weights: Named | None = None) -> None:
        self.owner = owner
        self.module = sys.modules.get(getattr(owner, "__module__", ""))
        self.name = settings.get("activation", "relu")
        self.dims = settings.get("dims", [784, 128, 64, 10])
        self.net = self._construct(settings)
        if isinstance(getattr(self.net, "activation_str", None), str):
            self._set("activation_str", self.name)
        self.has_rate = binding.takes(owner, "lr")
        for key in RATES:
            if isinstance(getattr(self.net, key, None), float) and "lr" in settings:
                self._set(key, settings["lr"])
                self.has_rate = True
        self.weights = weights or {}
        self.label_form: int | None = None
        if weights:
            self._set_weights()
            place = self.places().get("W1")
            columns = place is not None and place.read().shape == (self.dims[1], self.dims[0])
            plain_activations.lend(owner, self.module, self.net, self.name, columns=columns)

    def _set(self, name: str, value: Any) -> None:
        with suppress(AttributeError):  # a property; the constructor was given the value
            setattr(self.net, name, value)

    def _construct(self, settings: Named) -> Any:
        values = {
            "hidden": tuple(self.dims[1:-1]),
            "activation": self.name,
            "lr": settings.get("lr", 0.01),
            "dims": tuple(self.dims),
            "features": self.dims[0],
            "classes": self.dims[-1],
            "seed": settings.get("seed", 0),
            "epsilon": 1e-6,
            "batch_size": 4,
            "x": None,
        }
        always = ("activation", "lr") if settings else ()
        return binding.call(self.owner, _needed(self.owner, values, always))

    def method(self, name: str) -> Callable[..., Any]:
        """Finds a method, or a function beside the class.

        Raises:
            Lacking: there is neither.
        """
        for where in (self.net, self.module):
            function = getattr(where, name, None)
            if callable(function) and not isinstance(function, type):
                return function  # type: ignore[no-any-return]
        raise Lacking(name)

    def initialize(self) -> None:
        """Has the network draw its weights.

        Where it asks for sizes, starters of other years give it the first and the last one.
        """
        function = self.method("initialize_weights")
        ends, all_dims = [self.dims[0], self.dims[-1]], list(self.dims)
        with suppress(ValueError, IndexError):
            binding.call(function, {"dims": ends})
            if not count_parameters(function) or f"W{len(ends)}" in self.places():
                return
        binding.call(function, {"dims": all_dims})

    def _set_weights(self) -> None:
        with suppress(Exception):  # charged where the weights are judged
            self.initialize()
        self._write_weights()

    def _write_weights(self) -> None:
        places = self.places()
        if not places and not isinstance(getattr(self.net, "weights", None), dict):
            self.net.weights = {}
        table = getattr(self.net, "weights", None)
        for name, value in self.weights.items():
            if name in places:
                places[name].write(network_weights.fitted(value, places[name].read()))
            elif isinstance(table, dict):  # as the text's template has it
                table[name] = value.reshape(1, -1) if name[0] == "b" else value.copy()

    def places(self) -> dict[str, network_weights.Place]:
        """Finds the weights and biases that there are by now."""
        return network_weights.find(self.net, self.dims)

    def read_weights(self, shapes: Mapping[str, tuple[int, ...]]) -> Named:
        """Reads the weights in the course's form; those that are not there are left out."""
        places = self.places()
        return {
            name: network_weights.unfitted(places[name].read(), shape)
            for name, shape in shapes.items()
            if name in places
        }

    def forward(self, x: Any) -> tuple[str, Any]:
        """Runs forward on examples in rows; where it refuses, in columns; one alone as a vector.

        Returns:
            Which of the three, and what came back; what is kept in an attribute where nothing did.
        """
        function = self.method("forward")
        first: Exception | None = None
        for form, made in (("rows", x), ("columns", x.T), ("row", x[0])):
            if form == "row" and len(x) > 1:
                continue
            try:
                result = binding.call(function, {"x": made.copy()})
                return form, self._kept(result, "cache")
            except Exception as error:
                first = first or error
        assert first is not None  # noqa: S101  # else it has returned
        raise first

    def _kept(self, result: Any, name: str) -> Any:
        if result is not None:
            return result
        return getattr(self.net, name, None)

    def backward(self, x: Any, labels: Any) -> Any:
        """Runs forward, rights its cache where it is wrong, and runs backward.

        Labels are one-hot rows as the text's template has them, or else class numbers. Where
        forward fails, or its cache lacks something and backward fails, the cache is the template's.
        """
        pre, post = plain_activations.forward(self.weights, x, self.name)
        right = {"A0": x, **named("Z", pre), **named("A", post)}
        try:
            form, cache = self.forward(x)
        except Exception as error:
            return self._backward_alone(right, labels, error)
        finally:
            self._write_weights()  # forward may have drawn them anew, which is charged there
        if isinstance(cache, (tuple, list)):
            cache = next((each for each in cache if isinstance(each, dict)), cache)
        whole = right_caches.right(cache, right, self.dims, self.name)
        try:
            return self._run_backward(cache, x, labels, form)
        except Exception as error:
            if whole:
                raise
            return self._backward_alone(right, labels, error)

    def _backward_alone(self, cache: Named, labels: Any, fault: Exception) -> Any:
        """Runs backward on the template's cache.

        Raises:
            Exception: the fault before, as a backward need not know this cache; its own where it
                is not written yet.
        """
        try:
            return self._run_backward(cache, cache["A0"], labels, "rows")
        except NotImplementedError:
            raise
        except Exception:
            raise fault from None

    def _run_backward(self, cache: Any, x: Any, labels: Any, form: str) -> Any:
        function = self.method("backward")
        values = {"cache": cache, "labels": None, "x": x.T if form == "columns" else x}
        if count_parameters(function) == 1:
            values.pop("cache")
        grads = self.with_labels(
            lambda y: binding.call(function, {**values, "labels": y}), labels, form
        )
        for stored in _STORED:
            grads = self._kept(grads, stored)
        return grads

    def with_labels(self, run: Callable[[Any], Any], labels: Any, form: str = "rows") -> Any:
        """Calls with labels in the form that this hand-in takes, which is found by trying.

        One-hot rows where class numbers are due may pass unnoticed for one example; so the form is
        found with two, and kept.
        """
        hot = np.eye(self.dims[-1])[labels]
        forms = [hot.T, hot, labels] if form == "columns" else [hot, labels]
        forms += [hot[0], int(labels[0])] if len(labels) == 1 else []
        known = self.label_form
        order = list(range(len(forms))) if known is None else [known]
        first: Exception | None = None
        for number in order:
            try:
                result = run(forms[number].copy() if number < 2 else forms[number])
            except Exception as error:
                first = first or error
            else:
                self.label_form = number
                return result
        assert first is not None  # noqa: S101  # else it has returned
        raise first


def named(letter: str, arrays: Sequence[Any]) -> Named:
    """Names arrays, one for each layer, as the course does: Z1, Z2 and so on."""
    return {f"{letter}{layer}": each for layer, each in enumerate(arrays, start=1)}


def _needed(function: Any, values: Named, always: tuple[str, ...]) -> Named:
    """Keeps the values of parameters without a default, and those that are given always."""
    kept, unnamed = {}, False
    for parameter in binding.parameters(function) or ():
        required = parameter.default is inspect.Parameter.empty
        role = next((each for each in values if binding.is_named(parameter, each)), "")
        unnamed |= required and not role
        if role and (required or role in always):
            kept[role] = values[role]
    return {**kept, "hidden": values["hidden"]} if unnamed else kept


def count_parameters(function: Any) -> int:
    """Counts the parameters that take one value each."""
    return len(binding.parameters(function) or ())
