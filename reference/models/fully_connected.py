"""Fully connected networks: {affine, [normalization], ReLU} for each hidden layer, then affine."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from reference.arrays import Array
from reference.initializers import NormalSource, scaled_normal
from reference.layers.activation import relu_backward, relu_forward
from reference.layers.affine import affine_backward, affine_forward
from reference.layers.normalization import (
    batch_norm_forward,
    layer_norm_forward,
    normalization_backward,
)
from reference.models.chain import Stage

NORMALIZATIONS = {None: None, "batchnorm": batch_norm_forward, "layernorm": layer_norm_forward}


def initial_parameters(
    sizes: Sequence[int], scale: float, normal: NormalSource, *, normalized: bool = False
) -> dict[str, Array]:
    """Draw the parameters of a network.

    Args:
        sizes: Features of the input, of each hidden layer, and number of classes.
        scale: Standard deviation of the weights; biases are 0.
        normal: Source of standard normal numbers, asked layer by layer.
        normalized: Whether hidden layers also have `gamma{i}` (ones) and `beta{i}` (zeros).

    Returns:
        `W{i}` (sizes[i-1], sizes[i]) and `b{i}` (sizes[i],) for i = 1, 2, …

    Raises:
        ValueError: If there are fewer than two sizes.
    """
    if len(sizes) < 2:
        raise ValueError(
            f"sizes is {tuple(sizes)}; a network needs an input size and an output size. "
            f"Pass at least two numbers."
        )
    params: dict[str, Array] = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{i}"] = scaled_normal((fan_in, fan_out), scale, normal)
        params[f"b{i}"] = np.zeros(fan_out)
        if normalized and i < len(sizes) - 1:
            params[f"gamma{i}"] = np.ones(fan_out)
            params[f"beta{i}"] = np.zeros(fan_out)
    return params


def stages(num_layers: int, normalization: str | None = None) -> list[Stage]:
    """List the stages of a network in training mode, built from this package's layers.

    Args:
        num_layers: Number of affine layers.
        normalization: None, "batchnorm" or "layernorm", before each ReLU.

    Raises:
        ValueError: If the normalization is not one of these.
    """
    if normalization not in NORMALIZATIONS:
        raise ValueError(
            f"normalization is {normalization!r}; known are None, 'batchnorm' and 'layernorm'. "
            f"Choose one of them."
        )
    normalize = NORMALIZATIONS[normalization]
    chain = []
    for i in range(1, num_layers):
        chain.append(Stage(affine_forward, affine_backward, (f"W{i}", f"b{i}")))
        if normalize is not None:
            chain.append(Stage(normalize, normalization_backward, (f"gamma{i}", f"beta{i}")))
        chain.append(Stage(relu_forward, relu_backward))
    last = (f"W{num_layers}", f"b{num_layers}")
    return [*chain, Stage(affine_forward, affine_backward, last)]
