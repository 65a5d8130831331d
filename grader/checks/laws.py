"""Statistical laws that a hand-in's random numbers have to follow, and how surely we can tell.

All thresholds are set so that a right hand-in fails at most once in a million checks.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from grader.closeness import Array

# Two-sided normal tail beyond 5.6: 2.1e-8. A check makes at most a few dozen such tests.
Z: Final = 5.6
# Sample kurtosis of n normal numbers has standard deviation sqrt(24 / n) and a heavy right tail; at
# the least count below, 0.6 is 8.6 deviations. A uniform sample has excess -1.2.
KURTOSIS: Final = 0.6
LEAST_COUNT: Final = 20_000
# From here on the range of a uniform sample is known to 4 %.
LEAST_OF_UNIFORM: Final = 500
# For two samples of 24: Student's t beyond 8 on 23 degrees of freedom has 4e-8; deviations of two
# normal samples differ five-fold at 1e-11, and what networks compute has heavier tails than that.
T: Final = 8.0
SPREAD_TIMES: Final = 5.0
# Of 24 losses of a network with many units no two are the same.
OFTEN: Final = 3


def normal_fault(name: str, sample: Array, std: float) -> str:
    """Says why a sample is not from N(0, std^2); empty when it may well be.

    Args:
        name: how the reader calls the sample.
        sample: any shape, at least `LEAST_COUNT` elements.
        std: expected standard deviation.
    """
    values = sample.astype(np.float64).reshape(-1)
    n = values.size
    if not np.isfinite(values).all():
        return f"{name} holds NaN or infinity."
    mean, spread = float(values.mean()), float(values.std())
    if spread == 0.0:
        return f"all {n} elements of {name} are {values[0]:.6g}; expected random numbers."
    # Standard error of a normal sample's deviation: std / sqrt(2 n).
    if abs(spread / std - 1) > Z / math.sqrt(2 * n):
        return f"{name} has standard deviation {spread:.6g}; expected {std:g}."
    if abs(mean) > Z * std / math.sqrt(n):
        return f"{name} has mean {mean:.3g}; expected 0."
    excess = float(np.mean(((values - mean) / spread) ** 4)) - 3
    if abs(excess) > KURTOSIS:
        amount = "few" if excess < 0 else "many"
        return (
            f"{name} has the right deviation, but its numbers are not normally distributed: too "
            f"{amount} of them lie far from the mean (excess kurtosis {excess:.2f}; normal numbers "
            "have 0, uniform ones -1.2)."
        )
    return ""


def uniform_fault(name: str, sample: Array, bound: float) -> str:
    """Says why a sample is not from U(-bound, bound); empty when it may well be.

    Args:
        name: how the reader calls the sample.
        sample: any shape, at least `LEAST_OF_UNIFORM` elements.
        bound: positive.
    """
    values = sample.astype(np.float64).reshape(-1)
    n = values.size
    if not np.isfinite(values).all():
        return f"{name} holds NaN or infinity."
    if values.min() == values.max():
        return f"all {n} elements of {name} are {values[0]:.6g}; expected random numbers."
    largest = float(np.max(np.abs(values)))
    # Stored in float32 the bound itself is rounded by 6e-8.
    if largest > bound * (1 + 1e-6):
        return f"{name} reaches {largest:.6g}; expected at most {bound:.6g}."
    # Of n uniform numbers all lie within (1 - t) of the bound with probability (1 - t)^n.
    if largest < bound * (1 - -math.log(1e-8) / n):
        return f"{name} stays within {largest:.6g}; expected up to {bound:.6g}."
    mean, spread = float(values.mean()), float(values.std())
    usual = bound / math.sqrt(3)
    if abs(mean) > Z * usual / math.sqrt(n):
        return f"{name} has mean {mean:.3g}; expected 0."
    # Standard error of a uniform sample's deviation: kurtosis 9/5 gives std * sqrt(1 / (5 n)).
    if abs(spread / usual - 1) > Z / math.sqrt(5 * n):
        return f"{name} has standard deviation {spread:.6g}; expected {usual:.6g}."
    return ""


def fraction_fault(count: int, total: int, p: float) -> bool:
    """Tells whether a count of successes out of `total` is beyond chance for probability `p`."""
    return abs(count - total * p) > Z * math.sqrt(total * p * (1 - p)) + 1


def mask_of(out: Array, x: Array) -> Array:
    """Returns what dropout multiplied each element by: `out / x`; x must not hold zeros."""
    return out.astype(np.float64) / x.astype(np.float64)


def dropout_fault(out: Array, x: Array, p: float) -> str:
    """Says why an output is not inverted dropout of `x` with keep probability `p`.

    Args:
        out: (N, D) or (N, C, H, W), from a call in train mode.
        x: likewise, without zeros.
        p: probability of keeping an element (Hinton et al. 2012, in its inverted form).
    """
    factors = mask_of(out, x)
    kept = factors != 0
    if kept.any() and not kept.all():
        names = ("sample", "feature" if kept.ndim == 2 else "channel", "row", "column")
        for axis, what in enumerate(names[: kept.ndim]):
            if kept.shape[axis] > 1 and bool((kept == np.take(kept, [0], axis=axis)).all()):
                return (
                    f"every {what} got the same mask; expected an independent draw for each "
                    "element."
                )
    share = float(kept.mean())
    if fraction_fault(int(kept.sum()), kept.size, p):
        opposite = abs(share - 1 + p) < 0.02
        drop = " That is 1 - p: p is the probability of keeping." if opposite else ""
        return f"{100 * share:.2f} % of the elements were kept; expected {100 * p:g} %.{drop}"
    values = factors[kept]
    if not np.allclose(values, 1 / p, rtol=1e-5, atol=0):
        typical = float(np.median(values))
        plain = " The kept values are not divided by p." if abs(typical - 1) < 1e-6 else ""
        return f"kept elements were multiplied by {typical:.6g}; expected 1/p = {1 / p:.6g}.{plain}"
    return ""


def same_law_fault(name: str, sample: Array, expected: Array) -> str:
    """Says why two samples of one random number cannot be from one law; empty when they may be.

    Args:
        name: how the reader calls the number.
        sample: (n,), the student's.
        expected: (n,), the reference's.
    """
    if not np.isfinite(sample).all():
        return f"{name} is NaN or infinite for some seeds."
    mean, wanted = float(sample.mean()), float(expected.mean())
    spread, usual = float(sample.std(ddof=1)), float(expected.std(ddof=1))
    # Welch's t.
    if abs(mean - wanted) > T * math.sqrt((spread**2 + usual**2) / sample.size):
        return f"{name} is {mean:.4g} on average over {sample.size} seeds; expected {wanted:.4g}."
    if not usual / SPREAD_TIMES <= spread <= usual * SPREAD_TIMES:
        return (
            f"{name} varies by {spread:.3g} from seed to seed; expected about {usual:.3g}. Look at "
            "where dropout is applied, and how often."
        )
    return ""


def commonest(sample: Array) -> float | None:
    """Returns the value that a sample has most often; `None` where hardly any comes twice.

    >>> commonest(np.array([2.0, 1.0, 2.0, 2.0, 3.0]))
    2.0
    """
    values, counts = np.unique(sample, return_counts=True)
    return float(values[np.argmax(counts)]) if counts.max() >= OFTEN else None


def never_fault(name: str, sample: Array, common: float) -> str:
    """Says that a value that should come often never came; empty where it did.

    Args:
        name: how the reader calls the number.
        sample: (n,), the student's, one for each seed.
        common: what a right network gives for many of the seeds.
    """
    if np.isclose(sample, common, rtol=1e-6, atol=1e-9).any():
        return ""
    # It tells one mistake from another: each place of dropout has a factor 1/p in it.
    most = commonest(sample)
    own = ""
    if most is not None:
        own = (
            f"; yours is most often {abs(most - common):.3g} {'more' if most > common else 'less'}"
        )
    return (
        f"{name} is {common:.6g} for none of {sample.size} seeds; with so few units, this value is "
        f"expected more often than any other{own}. Look at where dropout is applied, and how often."
    )
