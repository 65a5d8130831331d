"""What every layer needs to check its inputs once, at the top.

The helpers turn array-likes into floating-point arrays and refuse shapes that cannot be meant;
they know nothing of any particular layer.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def floats(name: str, value: ArrayLike, *ndims: int) -> Array:
    """Return `value` as a float32 array if it is one already, else as float64.

    Args:
        name: What the caller calls this argument; used in messages.
        value: Any array-like of real numbers.
        *ndims: Numbers of axes that are allowed; none given allows any.

    Returns:
        The array, not copied where its dtype is right already.

    Raises:
        ValueError: If `value` is not numeric, or has another number of axes.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} has dtype {array.dtype}; layers work on real numbers. "
            f"Convert it first, for example with {name}.astype(float)."
        )
    if ndims and array.ndim not in ndims:
        allowed = " or ".join(str(n) for n in ndims)
        raise ValueError(
            f"{name} has shape {array.shape}, which is {array.ndim} axes; expected {allowed}. "
            f"Reshape {name} before the call."
        )
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def expect_shape(name: str, array: Array, shape: tuple[int, ...], because: str) -> None:
    """Refuse an array whose shape is not the one that another argument implies.

    Raises:
        ValueError: If the shapes differ; the message holds both and the reason.
    """
    if array.shape != shape:
        raise ValueError(
            f"{name} has shape {array.shape}; expected {shape}, {because}. "
            f"Pass {name} with that shape."
        )


def expect_int(name: str, value: int, minimum: int) -> int:
    """Return `value` as an int, refusing fractions and values below `minimum`.

    Raises:
        ValueError: If the value is not a whole number of at least `minimum`.
    """
    if value != int(value) or value < minimum:
        raise ValueError(
            f"{name} is {value!r}; a whole number of at least {minimum} is needed. "
            f"Choose another {name}."
        )
    return int(value)


def labels(value: ArrayLike, scores: Array) -> NDArray[np.intp]:
    """Return class labels checked against a score matrix.

    Args:
        value: (N,) whole numbers in [0, K).
        scores: (N, K).

    Raises:
        ValueError: If the shape does not fit, or a label names no column of `scores`.
    """
    y = np.asarray(value)
    expect_shape("y", y, scores.shape[:1], "one label for each row of the scores")
    if y.dtype.kind not in "iu" or (y.size and (y.min() < 0 or y.max() >= scores.shape[1])):
        raise ValueError(
            f"y holds labels that name no class; expected whole numbers in "
            f"[0, {scores.shape[1]}), the columns of the scores. Recode the labels."
        )
    return y.astype(np.intp)
