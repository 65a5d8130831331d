"""The assignment's fully connected networks, made of the layers of this package."""

from typing import Any

import numpy as np

from reference.arrays import Array
from reference.models import chain, fully_connected
from reference.models.chain import Stage

from ..layer_utils import *  # type: ignore[import-not-found]  # noqa: F403 - the notebooks take every layer from this module; the course's file is laid beside ours
from ..layers import *  # noqa: F403 - the notebooks take every layer from this module
from ..layers import (
    affine_backward,
    affine_forward,
    batchnorm_backward,
    batchnorm_forward,
    dropout_backward,
    dropout_forward,
    layernorm_backward,
    layernorm_forward,
    relu_backward,
    relu_forward,
    softmax_loss,
)


class TwoLayerNet:
    """affine - ReLU - affine - softmax, with L2 regularization of the weights."""

    def __init__(
        self,
        input_dim: int = 3 * 32 * 32,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
    ) -> None:
        """Draw the weights from NumPy's global state, as the assignment does."""
        self.reg = reg
        self.params = fully_connected.initial_parameters(
            (input_dim, hidden_dim, num_classes), weight_scale, np.random.standard_normal
        )

    def loss(self, X: Array, y: Array | None = None) -> Any:
        """Return scores (N, C) when y is None, else the loss and the gradients by name."""
        stages = [
            Stage(affine_forward, affine_backward, ("W1", "b1")),
            Stage(relu_forward, relu_backward),
            Stage(affine_forward, affine_backward, ("W2", "b2")),
        ]
        if y is None:
            return chain.forward(stages, self.params, X)[0]
        return chain.loss_and_gradients(stages, self.params, X, y, softmax_loss, self.reg)


class FullyConnectedNet:
    """{affine - [normalization] - ReLU - [dropout]} x (L - 1) - affine - softmax."""

    def __init__(
        self,
        hidden_dims: list[int],
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        dropout: float = 1,
        normalization: str | None = None,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        dtype: type[np.floating[Any]] = np.float32,
        seed: int | None = None,
    ) -> None:
        """Draw the weights from NumPy's global state, as the assignment does.

        Args:
            hidden_dims: Size of each hidden layer.
            input_dim: Number of input features.
            num_classes: Number of classes.
            dropout: Probability of keeping an activation; 1 means no dropout.
            normalization: None, "batchnorm" or "layernorm".
            reg: Strength of L2 regularization.
            weight_scale: Standard deviation of the weights.
            dtype: Of parameters and computations.
            seed: For dropout, so that gradients can be checked.
        """
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        drawn = fully_connected.initial_parameters(
            (input_dim, *hidden_dims, num_classes),
            weight_scale,
            np.random.standard_normal,
            normalized=normalization is not None,
        )
        self.params = {name: value.astype(dtype) for name, value in drawn.items()}
        self.dropout_param: dict[str, Any] = {}
        if self.use_dropout:
            self.dropout_param = {"mode": "train", "p": dropout}
            if seed is not None:
                self.dropout_param["seed"] = seed
        # One dict for each hidden layer; batch normalization keeps its statistics there.
        start: dict[str, Any] = {"mode": "train"} if normalization == "batchnorm" else {}
        count = 0 if normalization is None else self.num_layers - 1
        self.bn_params = [dict(start) for _ in range(count)]

    def loss(self, X: Array, y: Array | None = None) -> Any:
        """Return scores (N, C) when y is None, else the loss and the gradients by name."""
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        if self.use_dropout:
            self.dropout_param["mode"] = mode
        if self.normalization == "batchnorm":
            for bn_param in self.bn_params:
                bn_param["mode"] = mode
        stages = self._stages()
        if y is None:
            return chain.forward(stages, self.params, X)[0]
        return chain.loss_and_gradients(stages, self.params, X, y, softmax_loss, self.reg)

    def _stages(self) -> list[Stage]:
        """List the layers, looked up anew so that a replaced one is used."""
        norms = {
            "batchnorm": (batchnorm_forward, batchnorm_backward),
            "layernorm": (layernorm_forward, layernorm_backward),
        }
        stages = []
        for i in range(1, self.num_layers):
            stages.append(Stage(affine_forward, affine_backward, (f"W{i}", f"b{i}")))
            if self.normalization is not None:
                names, settings = (f"gamma{i}", f"beta{i}"), (self.bn_params[i - 1],)
                stages.append(Stage(*norms[self.normalization], names, settings))
            stages.append(Stage(relu_forward, relu_backward))
            if self.use_dropout:
                stages.append(Stage(dropout_forward, dropout_backward, (), (self.dropout_param,)))
        last = (f"W{self.num_layers}", f"b{self.num_layers}")
        return [*stages, Stage(affine_forward, affine_backward, last)]
