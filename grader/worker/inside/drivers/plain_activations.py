"""The activations of a textbook, to tell pre-activations from activations, and to lend.

A hand-in whose ReLU is wrong has lost its points there. So that its forward pass is judged by
itself, what is not the textbook's is replaced before a network is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from . import binding

_LENT: Final = ("relu", "sigmoid", "tanh", "softmax")
_PROBE: Final = np.array([[-1.5, 0.25, 2.0], [0.75, -0.5, -3.0]])


def relu(z: Any) -> Any:
    """Keeps what is positive."""
    return np.maximum(z, 0.0)


def sigmoid(z: Any) -> Any:
    """Squashes into (0, 1)."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def softmax(z: Any) -> Any:
    """Normalizes exponentials over the last axis."""
    shifted = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return shifted / np.sum(shifted, axis=-1, keepdims=True)


FUNCTIONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": np.tanh,
}
_DERIVATIVES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "relu": lambda z: (np.asarray(z) > 0).astype(float),
    "sigmoid": lambda z: sigmoid(z) * (1.0 - sigmoid(z)),
    "tanh": lambda z: 1.0 - np.tanh(z) ** 2,
}


def derivative(name: str, z: Any) -> Any:
    """Differentiates an activation at its input."""
    return _DERIVATIVES[name](z)


def forward(weights: Mapping[str, Any], x: Any, name: str) -> tuple[list[Any], list[Any]]:
    """Lists pre-activations and activations of a network, layer by layer."""
    pre, post = [], []
    layers = sum(key.startswith("W") for key in weights)
    for layer in range(1, layers + 1):
        z = x @ weights[f"W{layer}"] + weights[f"b{layer}"].reshape(1, -1)
        x = softmax(z) if layer == layers else FUNCTIONS[name](z)
        pre.append(z)
        post.append(x)
    return pre, post


def lend(
    owner: type,
    module: Any,
    network: Any,
    name: str,
    *,
    selected: bool = True,
    columns: bool = False,
) -> None:
    """Replaces the functions of a hand-in that are there and wrong.

    Args:
        owner: class of the network.
        module: where it is defined.
        network: an object of the class.
        name: of the activation that the network is to use.
        selected: the softmax and the selector, too.
        columns: the network has one column for each example, so that its softmax is along those.
    """
    for each in (*FUNCTIONS, *(("softmax", "activation") if selected else ())):
        function = getattr(network, each, None)
        place: Any = owner
        if not callable(function):
            function, place = getattr(module, each, None), module
        if not callable(function) or _is_right(function, each, name, columns):
            continue
        ours = _lent(each, name)
        network.__dict__.pop(each, None)
        setattr(place, each, staticmethod(ours) if place is owner else ours)


@contextmanager
def loans_returned(owner: type, module: Any) -> Iterator[None]:
    """Puts back afterwards what `lend` has replaced."""
    places = [place for place in (owner, module) if place is not None]
    names = (*_LENT, "activation")
    before = [(place, name, vars(place).get(name)) for place in places for name in names]
    try:
        yield
    finally:
        for place, name, own in before:
            if vars(place).get(name) is own:
                continue
            if own is None:
                delattr(place, name)
            else:
                setattr(place, name, own)


def withhold(judged: str) -> None:
    """Forgets the right answer to what is judged, before the hand-in's code can look for it.

    Args:
        judged: an activation, of which none is kept then, or `forward`.
    """
    names = {"forward"} if judged == "forward" else {*_LENT, "forward", "derivative", "_lent"}
    for name in names if judged == "forward" else {*names, "FUNCTIONS", "_DERIVATIVES"}:
        globals().pop(name, None)


def ask(function: Callable[..., Any], x: Any, name: str, grad: bool) -> Any:
    """Calls an activation of a hand-in, or its selector.

    Args:
        function: takes an array, and perhaps `grad` or the activation's name, in any order.
        x: its input.
        name: of the activation that a selector is to choose.
        grad: ask for the derivative.
    """
    values = {"x": x}
    if grad or binding.takes(function, "grad"):
        values["grad"] = grad
    if binding.takes(function, "activation"):
        values["activation"] = name
    return binding.call(function, values)


def _is_right(function: Callable[..., Any], which: str, name: str, columns: bool) -> bool:
    chosen = name if which == "activation" else which
    if chosen == "softmax":  # of whose derivative there are two readings
        wanted = [(False, softmax(_PROBE.T).T if columns else softmax(_PROBE))]
    else:
        wanted = [(False, FUNCTIONS[chosen](_PROBE)), (True, derivative(chosen, _PROBE))]
    for grad, values in wanted:
        try:
            given = np.asarray(ask(function, _PROBE.copy(), chosen, grad), dtype=float)
        except Exception:
            return False
        if given.shape != values.shape or not np.allclose(given, values, 1e-6, 1e-9):
            return False
    return True


def _lent(which: str, name: str) -> Callable[..., Any]:
    """Makes a function that takes whatever its callers hand over, in any order."""

    def function(*args: Any, **kwargs: Any) -> Any:
        handed = [*args, *kwargs.values()]
        z = next(np.asarray(each) for each in handed if isinstance(each, (np.ndarray, list, float)))
        grad = any(each is True or each is np.True_ for each in handed)
        said = [each for each in handed if isinstance(each, str)]
        chosen = which if which != "activation" else (said or [name])[0]
        if chosen == "softmax":
            return softmax(z)
        return derivative(chosen, z) if grad else FUNCTIONS[chosen](z)

    return function
