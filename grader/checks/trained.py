"""What became of one training, and how much may be read out of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from grader.closeness import Array


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen after a part of a training.

    Attributes:
        share: of the planned steps that are done; 1 where only the end can be seen.
        wall_s: seconds of training so far, on the grader's clock.
        loss: mean training loss since the look before, as the worker says; None where it says none.
        accuracy: on validation examples; None where there are none.
    """

    share: float
    wall_s: float
    loss: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Trained:
    """What became of one training.

    Attributes:
        accuracy: on held-out examples.
        looks: at the way there.
        before: how well validation examples were told apart before the first step, whatever the
            classes were called: see `told_apart`. None where nothing was seen of that.
        unclear: whether the worker could not tell what a script does to its images, so that
            predictions may be of others than it was trained for.
        ended: why training ended, as part of a sentence; empty where it ran to its end.
        parameters: how many numbers the network learns, as the worker says; 0 where it says none.
        wall_s: seconds of training.
        frozen: how many numbers training has left as they were, as the worker says; None where that
            was not asked for, or it says none.
        raised: what a script raised after it had trained its network, as part of a sentence.
        strange: share of the held-out examples whose scores are no finite numbers.
    """

    accuracy: float
    looks: tuple[Look, ...]
    before: float | None
    unclear: bool
    ended: str
    parameters: int
    wall_s: float
    frozen: int | None = None
    raised: str = ""
    strange: float = 0.0


def told_apart(classes: Array, labels: Array) -> float:
    """Returns how well classes are told apart, whatever a network calls them.

    That is the accuracy if each class that it names stood for the one that it most often is (the
    purity of a clustering: Manning, Raghavan, Schütze, Introduction to Information Retrieval,
    16.3).

    >>> told_apart(np.array([2, 2, 0, 0]), np.array([0, 0, 1, 1]))
    1.0
    """
    named = [labels[classes == each] for each in np.unique(classes)]
    return float(sum(np.bincount(each).max() for each in named) / len(labels))


def standard_error(accuracy: float, examples: int) -> float:
    """Returns the standard error of an accuracy, of a binomial law, never quite zero."""
    share = (accuracy * examples + 1) / (examples + 2)  # the rule of succession
    return math.sqrt(share * (1 - share) / examples)
