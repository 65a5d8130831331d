"""Images as a course's script draws them, and what it does to them before its network gets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

# Images as they are, with the channels last, and with the width first.
ORDERS: Final = ((0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 2, 1))
CLOSE: Final = 1e-3  # of single precision, through a few operations
LEAST_ROWS: Final = 3  # that tell a rule: through two of them there is always a line


class ServedSet:
    """Images with labels as the course's `DataSet` has them: float32, the mean image subtracted.

    Pixels become floats when they are drawn, so a large set takes little memory.
    """

    def __init__(self, pixels: Any, labels: Any, mean: Any) -> None:
        self._pixels = pixels
        self._mean = mean
        self._order = np.arange(len(pixels))
        self._next = 0
        self._labels = labels
        self.num_examples = len(pixels)
        self.epochs_completed = 0
        self.drawn = 0  # images in all batches
        self.last: Any = None  # images of the last batch
        self._all: Any = None

    @property
    def images(self) -> Any:
        """All images (N, 3, 32, 32)."""
        # Scripts take parts of it in a loop; while nothing is drawn it stays the same.
        if self._all is None or self.epochs_completed:
            self._all = self._floats(self._order)
        self.last = self._all
        return self.last

    @property
    def labels(self) -> Any:
        """Their labels, one-hot (N, K) or (N,)."""
        return self._labels[self._order]

    def next_batch(self, batch_size: int) -> tuple[Any, Any]:
        """Draws the next images and labels; the order is shuffled when all have been drawn."""
        if self._next + batch_size > self.num_examples:
            self.epochs_completed += 1
            self._order = np.random.permutation(self.num_examples)
            self._next = 0
        rows = self._order[self._next : self._next + batch_size]
        self._next += batch_size
        self.drawn += len(rows)
        self.last = self._floats(rows)
        return self.last.copy(), self._labels[rows]

    def _floats(self, rows: Any) -> Any:
        return self._pixels[rows].astype(np.float32) - self._mean


@dataclass(frozen=True)
class Rule:
    """What a script does to images (N, 3, H, W): the order of axes, a factor and a summand.

    Attributes:
        axes: the order in which they are flattened.
        factor: of each pixel in that order.
        summand: likewise.
    """

    axes: tuple[int, ...]
    factor: Any
    summand: Any

    def rows(self, images: Any) -> Any:
        """Returns what a network is given, flat (N, D), float32."""
        flat = images.transpose(self.axes).reshape(len(images), -1)
        return (flat * self.factor + self.summand).astype(np.float32)


def find_rule(x: Any, drawn: Any) -> Rule | None:
    """Finds the rule by which what a network got was made of what was drawn, or of its beginning.

    Returns None where there is none, such as for other images.
    """
    if drawn is None or not LEAST_ROWS <= len(x) <= len(drawn):
        return None
    given = _array(x).reshape(len(x), -1).astype(np.float64)
    for axes in ORDERS:
        raw = drawn[: len(x)].transpose(axes).reshape(len(x), -1).astype(np.float64)
        found = _affine(given, raw) if given.shape == raw.shape else None
        if found is not None:
            return Rule(axes, *found)
    return None


def _affine(given: Any, raw: Any) -> tuple[Any, Any] | None:
    """Fits a factor and a summand for each pixel.

    A pixel that is the same in all of these images has the factor of most others.
    """
    centred = raw - raw.mean(axis=0)
    spread = (centred**2).sum(axis=0)
    known = spread > 0
    if not known.any():
        return None
    factor = np.empty(raw.shape[1])
    factor[known] = (centred * given).sum(axis=0)[known] / spread[known]
    factor[~known] = np.median(factor[known])
    summand = (given - factor * raw).mean(axis=0)
    off = np.abs(factor * raw + summand - given).max(initial=0.0)
    return (factor, summand) if off <= CLOSE * (1 + np.abs(given).max(initial=0.0)) else None


def _array(value: Any) -> Any:
    return value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)
