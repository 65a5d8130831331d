"""Initial values of parameters; random numbers come from the caller."""

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
