"""A small convolutional network: conv, ReLU, 2x2 max pool, affine, ReLU, affine."""

from functools import partial

import numpy as np

from reference.arrays import Array
from reference.initializers import NormalSource, scaled_normal
from reference.layers.activation import relu_backward, relu_forward
from reference.layers.affine import affine_backward, affine_forward
from reference.layers.convolution import convolution_backward, convolution_forward
from reference.layers.pooling import max_pool_backward, max_pool_forward
from reference.models.chain import Stage


def initial_parameters(
    image: tuple[int, int, int],
    filters: tuple[int, int],
    sizes: tuple[int, int],
    scale: float,
    normal: NormalSource,
) -> dict[str, Array]:
    """Draw the parameters of the network.

    Args:
        image: (C, H, W) of the input.
        filters: Number F of filters, and their side k, an odd number.
        sizes: Hidden features, and number of classes.
        scale: Standard deviation of the weights; biases are 0.
        normal: Source of standard normal numbers, asked layer by layer.

    Returns:
        W1 (F, C, k, k), W2 (F floor(H/2) floor(W/2), hidden), W3 (hidden, classes), b1, b2, b3.

    Raises:
        ValueError: If k is even, so that no padding keeps the size of the image.
    """
    (channels, height, width), (count, side), (hidden, classes) = image, filters, sizes
    if side % 2 == 0:
        raise ValueError(
            f"the filters are {side} wide; only an odd side can be padded so that the image keeps "
            f"its size. Use {side - 1} or {side + 1}."
        )
    pooled = count * (height // 2) * (width // 2)
    return {
        "W1": scaled_normal((count, channels, side, side), scale, normal),
        "b1": np.zeros(count),
        "W2": scaled_normal((pooled, hidden), scale, normal),
        "b2": np.zeros(hidden),
        "W3": scaled_normal((hidden, classes), scale, normal),
        "b3": np.zeros(classes),
    }


def stages(side: int) -> list[Stage]:
    """List the stages of the network, built from this package's layers.

    Args:
        side: Height and width of the filters, odd.
    """
    convolve = partial(convolution_forward, stride=1, pad=(side - 1) // 2)
    pool = partial(max_pool_forward, height=2, width=2, stride=2)
    return [
        Stage(convolve, convolution_backward, ("W1", "b1")),
        Stage(relu_forward, relu_backward),
        Stage(pool, max_pool_backward),
        Stage(affine_forward, affine_backward, ("W2", "b2")),
        Stage(relu_forward, relu_backward),
        Stage(affine_forward, affine_backward, ("W3", "b3")),
    ]
