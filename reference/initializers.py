"""Initial values of parameters; random numbers come from the caller."""

import math
from collections.abc import Callable

from reference.arrays import Array

NormalSource = Callable[[tuple[int, ...]], Array]
"""Anything that returns standard normal numbers of a shape: `Generator.standard_normal` does."""


def scaled_normal(shape: tuple[int, ...], scale: float, normal: NormalSource) -> Array:
    """Draw weights from N(0, scale^2).

    Args:
        shape: Shape of the weights.
        scale: Standard deviation, not negative.
        normal: Source of standard normal numbers.

    Returns:
        Weights of that shape.

    Raises:
        ValueError: If scale is negative.
    """
    if scale < 0:
        raise ValueError(
            f"scale is {scale!r}; a standard deviation cannot be negative. Pass its magnitude."
        )
    return scale * normal(shape)


def xavier_bound(fan_in: int, fan_out: int) -> float:
    """Return the bound of Xavier's uniform law (Glorot & Bengio 2010, eq. 16).

    Args:
        fan_in: Inputs of the layer.
        fan_out: Its outputs.

    Returns:
        sqrt(6 / (fan_in + fan_out)); weights are uniform between its negative and itself.

    Raises:
        ValueError: If a fan is not positive.

    >>> xavier_bound(2, 4)
    1.0
    """
    return math.sqrt(6 / (_positive("fan_in", fan_in) + _positive("fan_out", fan_out)))


def kaiming_std(fan_in: int) -> float:
    """Return the deviation of Kaiming's normal law (He, Zhang, Ren & Sun 2015, eq. 10).

    Args:
        fan_in: Inputs of the layer, which a ReLU follows.

    Returns:
        sqrt(2 / fan_in).

    Raises:
        ValueError: If fan_in is not positive.

    >>> kaiming_std(8)
    0.5
    """
    return math.sqrt(2 / _positive("fan_in", fan_in))


def _positive(name: str, fan: int) -> int:
    if fan < 1:
        raise ValueError(
            f"{name} is {fan!r}; a layer has at least one input and one output. Pass their numbers."
        )
    return fan
