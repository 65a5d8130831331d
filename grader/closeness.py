"""When two arrays count as equal: one table by dtype, and one comparison.

An element agrees when `|actual - expected| <= atol * scale + rtol * |expected|`, where `scale` is
the largest magnitude of the expected array. The scale is there because sums cancel: an element
that is zero only because large terms cancelled carries the rounding of the large terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an element may be off.

    Attributes:
        rtol: relative to the expected element.
        atol: relative to the largest expected magnitude of the array.
    """

    rtol: float
    atol: float


# Reasons. float64: correct layers written in other orders of summation were seen to differ by up to
# 1e-11 of the scale (var as E[x^2] - E[x]^2 with mean 12 and deviation 5); the smallest believable
# slip, an eps that is added outside the root, is 1e-6. float32: 2^-24 times the 1e3 or so terms of
# a sum. float16 is given for completeness: 2^-11 times a few.
TABLE: Final[dict[str, Tolerance]] = {
    "float64": Tolerance(rtol=1e-8, atol=1e-9),
    "float32": Tolerance(rtol=1e-4, atol=1e-5),
    "float16": Tolerance(rtol=2e-2, atol=2e-3),
}


def tolerance_for(*dtypes: np.dtype[Any]) -> Tolerance:
    """Returns the tolerance of the least precise of the dtypes; integers count as exact.

    >>> tolerance_for(np.dtype("float64"), np.dtype("float32")) == TABLE["float32"]
    True
    """
    for name in ("float16", "float32"):
        if any(dtype.name == name for dtype in dtypes):
            return TABLE[name]
    return TABLE["float64"]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where and by how much two arrays of one shape part.

    Attributes:
        differing: number of elements that do not agree.
        total: number of elements.
        index: of the element that is furthest beyond what is allowed.
        actual: that element as it came.
        expected: that element as it should be.
        difference: largest absolute difference; infinite beside NaN or infinity.
        allowed: largest difference allowed at `index`.
        non_finite: number of NaN or infinite elements where finite ones are expected.
    """

    differing: int
    total: int
    index: tuple[int, ...]
    actual: float
    expected: float
    difference: float
    allowed: float
    non_finite: int

    def sentence(self, name: str) -> str:
        """Says it in words, with both values.

        Args:
            name: how the reader calls the array.
        """
        share = 100 * self.differing / self.total
        where = f" at index {self.index}" if self.index else ""
        got, wanted = _told_apart(self.actual, self.expected)
        if self.total == 1:
            return f"{name} is {got}; expected {wanted}"
        if self.non_finite:
            verb = "is" if self.non_finite == 1 else "are"
            first = f", the first{where}" if self.non_finite > 1 else where
            return (
                f"{name}: {self.non_finite} of {self.total} elements {verb} NaN or infinite"
                f"{first}; expected {self.expected:.6g}"
            )
        return (
            f"{name}: {self.differing} of {self.total} elements differ ({share:.3g} %); largest "
            f"difference {self.difference:.3g}{where} (got {got}, expected {wanted}, "
            f"allowed {self.allowed:.1e})"
        )


def _told_apart(actual: float, expected: float) -> tuple[str, str]:
    """Writes two numbers with as many digits as it takes to see that they differ."""
    for digits in (6, 10, 17):
        # Adding zero turns minus zero, which puzzles readers, into zero.
        pair = f"{actual + 0.0:.{digits}g}", f"{expected + 0.0:.{digits}g}"
        if pair[0] != pair[1]:
            return pair
    return pair


SCALE_FLOOR: Final = 1e-6  # an expected array of zeros still allows rounding: 1e-15 in float64


def compare(
    actual: Array, expected: Array, tolerance: Tolerance, scale_floor: float = SCALE_FLOOR
) -> Disagreement | None:
    """Compares two real arrays of the same shape; `None` when every element agrees.

    NaN and infinity agree with nothing: the expected array has to be finite.

    Args:
        actual: any shape.
        expected: the same shape.
        tolerance: see the module.
        scale_floor: least scale; for a result that is zero because large terms cancelled, their
            magnitude times a small factor.

    Raises:
        ValueError: the shapes differ, the arrays are empty, or `expected` is not finite.
    """
    difference, allowed = differences(actual, expected, tolerance, scale_floor)
    wide, exact = actual.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(wide)
    wrong = difference > allowed
    differing = int(np.count_nonzero(wrong))
    if differing == 0:
        return None
    excess = np.where(finite, difference - allowed, np.inf)
    at = np.unravel_index(int(np.argmax(excess)), excess.shape)
    return Disagreement(
        differing=differing,
        total=exact.size,
        index=tuple(int(i) for i in at),
        actual=float(wide[at]),
        expected=float(exact[at]),
        difference=float(difference[at]),
        allowed=float(allowed[at]),
        non_finite=int(np.count_nonzero(~finite)),
    )


def differences(
    actual: Array, expected: Array, tolerance: Tolerance, scale_floor: float = SCALE_FLOOR
) -> tuple[Array, Array]:
    """Returns each element's difference and the one that is allowed, both float64 in that shape.

    The difference is infinite where `actual` is NaN or infinity. The arguments are those of
    `compare`.

    Raises:
        ValueError: see `compare`.
    """
    if actual.shape != expected.shape or expected.size == 0:
        raise ValueError(
            f"Arrays of shapes {actual.shape} and {expected.shape} cannot be compared element by "
            "element; both must have the same shape and at least one element."
        )
    wide, exact = actual.astype(np.float64), expected.astype(np.float64)
    if not np.isfinite(exact).all():
        raise ValueError("The expected array holds NaN or infinity, which nothing can agree with.")
    scale = max(float(np.max(np.abs(exact))), scale_floor)
    allowed = tolerance.atol * scale + tolerance.rtol * np.abs(exact)
    finite = np.isfinite(wide)
    with np.errstate(over="ignore"):
        difference = np.where(finite, np.abs(np.where(finite, wide, 0.0) - exact), np.inf)
    return difference, allowed
