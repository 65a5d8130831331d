"""How far the initial weights of a network spread, whichever bell-shaped law they were drawn from.

What Keras calls normal is cut off at two deviations and scaled up again, so laws that are told by
their tails would refuse it. The deviation is the same, and that is what training depends on. It is
told in units of 1 / sqrt(fan_in), so it does not matter which shapes the weights have.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from grader.conventions.convention import Computed, Subject
from grader.worker.program import Fault, FaultKind

SPREAD: Final[Mapping[str, Any]] = {
    "description": "Look at how far weights spread: the outputs are the smallest and the largest "
    "deviation of a weight times sqrt(fan_in), where the last axis is that of what comes out. What "
    "is uniform or constant is refused; biases and weights of few numbers are left out.",
    "type": "boolean",
}
LEAST_COUNT: Final = 2000  # the deviation of so many numbers is known to 1.6 %
# The largest of uniform numbers is sqrt(3) = 1.73 times their root mean square. Of 2000 numbers of
# a normal law that is cut off at two deviations, all are below 1.9 times it once in 10^45.
LEAST_REACH: Final = 1.9
SMALLEST, LARGEST = (
    f"the {which} deviation of a weight times sqrt(fan_in)" for which in ("smallest", "largest")
)


def spread(subject: Subject, values: Mapping[str, Any]) -> Computed | Fault:
    """Returns the smallest and the largest deviation, times the root of fan_in.

    Args:
        subject: for the sentence.
        values: exported, by name; shape (..., inputs, outputs).
    """
    found = []
    for name, value in values.items():
        weight = value if isinstance(value, np.ndarray) else np.zeros((1, LEAST_COUNT))
        if weight.ndim < 2 or weight.size < LEAST_COUNT:
            continue
        size = float(np.sqrt(np.mean(np.square(weight, dtype=np.float64))))
        if not 0 < size < np.inf:
            return _fault(subject, f"{name} holds no random numbers")
        if float(np.max(np.abs(weight))) < LEAST_REACH * size:
            return _fault(subject, f"the numbers of {name} are uniform, or all the same")
        found.append(size * math.sqrt(math.prod(weight.shape[:-1])))
    if not found:
        return _fault(subject, "there is no weight with two axes or more")
    return Computed({SMALLEST: min(found), LARGEST: max(found)})


def _fault(subject: Subject, said: str) -> Fault:
    return Fault(
        FaultKind.MALFORMED,
        f"{subject.path}: {said}; expected draws from a normal distribution.",
        "Draw with tf.random.normal, or give the layer an initializer of Keras.",
    )
