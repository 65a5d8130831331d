"""Every random number that a hand-in draws comes from the worker's seed."""

from __future__ import annotations

import random
from typing import Final

import numpy as np
from numpy.random import bit_generator

from . import foreign

_ENTROPY: Final = random.Random()  # noqa: S311  # stands for the system's, so that runs repeat


def seed(value: int) -> None:
    """Sets the global generators, and what generators made without a seed begin with.

    `np.random.default_rng()` and `np.random.seed()` ask the operating system for 128 bits; the
    same hand-in would get another verdict each time. NumPy's name for that question is replaced.

    Args:
        value: not negative; NumPy's global generator takes its last 32 bits.

    >>> seed(5)
    >>> first = np.random.default_rng().random(), np.random.default_rng().random()
    >>> seed(5)
    >>> first == (np.random.default_rng().random(), np.random.default_rng().random())
    True
    >>> first[0] == first[1]
    False
    """
    random.seed(value)
    np.random.seed(value % (1 << 32))
    _ENTROPY.seed(value)
    vars(bit_generator)["randbits"] = _ENTROPY.getrandbits
    foreign.seed(value)
