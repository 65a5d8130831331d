"""Layers as objects with dictionaries of parameters and of gradients, and a network of them.

A module's `forward` remembers what its `backward` needs; `backward` fills `grads` and returns the
gradient of the input. The numbers come from the functions of `reference.layers`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reference.arrays import Array
from reference.initializers import NormalSource, scaled_normal
from reference.layers.activation import elu_backward, elu_forward
from reference.layers.affine import affine_backward, affine_forward
from reference.layers.probability import softmax_backward, softmax_forward


class DictModule:
    """A layer without parameters that does nothing; the layers below say what they do.

    Attributes:
        params: Arrays by name.
        grads: Gradients of the last backward pass, by the same names.
    """

    def __init__(self) -> None:
        """Make a layer without parameters."""
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self._cache: Any = None

    def forward(self, x: Array) -> Array:
        """Return the output for x."""
        return x

    def backward(self, dout: Array) -> Array:
        """Fill `grads` and return the gradient with respect to the last input."""
        return dout


class Linear(DictModule):
    """y = x W^T + b, with `params["weight"]` (out, in) and `params["bias"]` (1, out).

    Args:
        in_features: Features of an input.
        out_features: Features of an output.
        scale: Standard deviation of the weights at the start; biases are 0.
        normal: Source of standard normal numbers.
    """

    def __init__(
        self, in_features: int, out_features: int, scale: float, normal: NormalSource
    ) -> None:
        """Draw the weights."""
        super().__init__()
        self.params = {
            "weight": scaled_normal((out_features, in_features), scale, normal),
            "bias": np.zeros((1, out_features)),
        }
        self.grads = {name: np.zeros_like(value) for name, value in self.params.items()}

    def forward(self, x: Array) -> Array:
        """Map x (N, in) to (N, out)."""
        y, self._cache = affine_forward(x, self.params["weight"].T, self.params["bias"].ravel())
        return y

    def backward(self, dout: Array) -> Array:
        """Fill `grads`, summed over the batch, and return dx (N, in)."""
        dx, dw, db = affine_backward(dout, self._cache)
        self.grads = {"weight": dw.T, "bias": db.reshape(1, -1)}
        return dx


class Elu(DictModule):
    """The exponential linear unit, element by element."""

    def forward(self, x: Array) -> Array:
        """Map x of any shape."""
        y, self._cache = elu_forward(x)
        return y

    def backward(self, dout: Array) -> Array:
        """Return dx."""
        return elu_backward(dout, self._cache)


class Softmax(DictModule):
    """Probabilities, row by row."""

    def forward(self, x: Array) -> Array:
        """Map scores (N, K) to probabilities (N, K)."""
        y, self._cache = softmax_forward(x)
        return y

    def backward(self, dout: Array) -> Array:
        """Return dx (N, K)."""
        return softmax_backward(dout, self._cache)


class Sequential(DictModule):
    """Modules one after another.

    Args:
        layers: In the order of the forward pass.
    """

    def __init__(self, layers: Sequence[DictModule]) -> None:
        """Keep the modules."""
        super().__init__()
        self.layers = list(layers)

    def forward(self, x: Array) -> Array:
        """Run x through all modules."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout: Array) -> Array:
        """Run a gradient back through all modules, which fill their `grads`."""
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


def descend(network: Sequential, rate: float) -> None:
    """Take a step of gradient descent in place, along the gradients of the last backward pass.

    Args:
        network: Its layers' parameters are changed.
        rate: Learning rate.
    """
    for layer in network.layers:
        for name, value in layer.params.items():
            # w <- w - rate dw
            value -= rate * layer.grads[name]
