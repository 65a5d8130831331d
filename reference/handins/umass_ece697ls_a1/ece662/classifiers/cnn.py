"""The assignment's convolutional network, made of the layers of this package."""

from typing import Any

import numpy as np

from reference.arrays import Array
from reference.models import chain, convnet
from reference.models.chain import Stage

from ..fast_layers import *  # type: ignore[import-not-found]  # noqa: F403 - the notebooks take every layer from this module; the course's file is laid beside ours
from ..layer_utils import *  # type: ignore[import-not-found]  # noqa: F403 - as above
from ..layer_utils import (
    affine_relu_backward,
    affine_relu_forward,
    conv_relu_pool_backward,
    conv_relu_pool_forward,
)
from ..layers import *  # noqa: F403 - the notebooks take every layer from this module
from ..layers import affine_backward, affine_forward, softmax_loss


class ThreeLayerConvNet:
    """conv - ReLU - 2x2 max pool - affine - ReLU - affine - softmax."""

    def __init__(
        self,
        input_dim: tuple[int, int, int] = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type[np.floating[Any]] = np.float32,
    ) -> None:
        """Draw the weights from NumPy's global state, as the assignment does."""
        self.reg = reg
        self.dtype = dtype
        drawn = convnet.initial_parameters(
            input_dim,
            (num_filters, filter_size),
            (hidden_dim, num_classes),
            weight_scale,
            np.random.standard_normal,
        )
        self.params = {name: value.astype(dtype) for name, value in drawn.items()}

    def loss(self, X: Array, y: Array | None = None) -> Any:
        """Return scores (N, C) when y is None, else the loss and the gradients by name."""
        X = X.astype(self.dtype)
        # Stride 1 and this padding keep the height and width of the image.
        conv_param = {"stride": 1, "pad": (self.params["W1"].shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        stages = [
            Stage(
                conv_relu_pool_forward,
                conv_relu_pool_backward,
                ("W1", "b1"),
                (conv_param, pool_param),
            ),
            Stage(affine_relu_forward, affine_relu_backward, ("W2", "b2")),
            Stage(affine_forward, affine_backward, ("W3", "b3")),
        ]
        if y is None:
            return chain.forward(stages, self.params, X)[0]
        return chain.loss_and_gradients(stages, self.params, X, y, softmax_loss, self.reg)
