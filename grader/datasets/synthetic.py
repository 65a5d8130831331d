"""A seeded stand-in for CIFAR-10, made with NumPy in a fraction of a second; no file is needed.

Each image is smooth light and colour, a texture, and noise. What tells the classes apart comes in
three strengths, so that better networks get further, as they do on photographs:

- a faint smooth layout, which is a little brighter or redder in one place. A linear classifier
  sees this and nothing else.
- a stronger smooth pattern whose sign is random. Its mean is zero, so a linear classifier is
  blind to it; a network with one hidden layer learns it.
- a grating in one of five directions and two widths, of random phase, place, tint and contrast.
  Convolution and pooling find it easily.

A mirrored image is one of the same class, as a photograph is, so that who mirrors images at random
while training does right: patterns are symmetric, and gratings lean either way.

The mean colour alone tells next to nothing, and all three overlap between the classes.
"""

from __future__ import annotations

import functools
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from grader.datasets.faults import DataSetError
from grader.datasets.model import DataSet, Split, split_of

SIDE = 32
MAX_CLASSES = 10
_DIRECTIONS = 5

# In grey levels of 0 to 255.
_LAYOUT = 13.0
_SIGNED = 20.0
_GRATING = 27.0
_LIGHT = 18.0
_NOISE = 12.0
_MIDDLE = 120.0

_CYCLES = (4.0, 7.0)  # of the gratings, across the image
_MODES = 4  # cosines in each direction that smooth light is made of
_DECAY = np.array([1.0, 0.8, 0.5, 0.3], dtype=np.float32)

# What the classes look like is the same under every seed; the images are not.
_CLASSES_SEED = 1234

Floats: TypeAlias = npt.NDArray[np.float32]


@functools.cache
def make_synthetic(
    classes: int = 10, train: int = 6_000, test: int = 2_000, seed: int = 0
) -> DataSet:
    """Makes images (N, 3, 32, 32), uint8, of classes that are equally frequent.

    The same arguments give the same images, as far as NumPy's generator and its cosines are the
    same.

    Args:
        classes: how many, 2 to 10.
        train: how many images to train on.
        test: how many images to test on.
        seed: draws everything but what the classes look like.

    Raises:
        DataSetError: there are not as many classes, or fewer images than classes.
    """
    if not 2 <= classes <= MAX_CLASSES or min(train, test) < classes:
        raise DataSetError(
            f"The synthetic data set has 2 to {MAX_CLASSES} classes and at least one image of each "
            f"in each part; {classes} classes, {train:,} training and {test:,} test images were "
            "asked for."
        )
    rng = np.random.default_rng(seed)
    return DataSet(
        "synthetic",
        "Synthetic stand-in for CIFAR-10",
        tuple(f"pattern {number}" for number in range(classes)),
        _split(rng, classes, train),
        _split(rng, classes, test),
        notes=("The images are made, not photographed: figures on them stand for nothing else.",),
    )


def _split(rng: np.random.Generator, classes: int, count: int) -> Split:
    labels = rng.permutation(np.arange(count) % classes)
    images = _smooth_and_grating(rng, labels)
    _add_noise(rng, images)
    np.clip(images, 0, 255, out=images)
    return split_of(images.astype(np.uint8), labels)


def _smooth_and_grating(rng: np.random.Generator, labels: npt.NDArray[np.int64]) -> Floats:
    """Multiplies out what is separable: image[y, x] = Σ_r left[y, r] · right[r, x]."""
    count = len(labels)
    grid = np.asarray((np.arange(SIDE) + 0.5) / SIDE, dtype=np.float32)
    waves = np.cos(np.pi * np.arange(_MODES, dtype=np.float32)[:, None] * grid)
    column, row = _gratings(rng, labels, grid)
    contrast = _GRATING * np.exp(0.35 * rng.standard_normal((count, 1), dtype=np.float32))
    tinted = contrast * (1 + 0.4 * rng.standard_normal((count, 3), dtype=np.float32))
    left = np.empty((count, 3, SIDE, _MODES + 2), dtype=np.float32)
    left[..., :_MODES] = waves.T @ _coefficients(rng, labels)
    left[..., _MODES:] = tinted[:, :, None, None] * column.transpose(0, 2, 1)[:, None]
    right = np.empty((count, _MODES + 2, SIDE), dtype=np.float32)
    right[:, :_MODES] = waves
    right[:, _MODES:] = row
    images: Floats = left.reshape(count, 3 * SIDE, -1) @ right
    images += np.float32(_MIDDLE)
    return images.reshape(count, 3, SIDE, SIDE)


def _coefficients(rng: np.random.Generator, labels: npt.NDArray[np.int64]) -> Floats:
    """Draws smooth light as coefficients of cosines: (N, 3, modes, modes)."""
    count = len(labels)
    shape = (_MODES, _MODES)
    decay = np.outer(_DECAY, _DECAY)
    # Half of the light is colour, half is grey.
    light = rng.standard_normal((count, 3, *shape), dtype=np.float32)
    light += rng.standard_normal((count, 1, *shape), dtype=np.float32)
    light *= np.float32(_LIGHT) * decay
    looks = np.random.RandomState(_CLASSES_SEED)
    layouts = _patterns(looks, decay, mean=0.7)
    signed = _patterns(looks, decay, mean=0.0)
    sign = rng.choice(np.array([-1, 1], dtype=np.float32), count)
    sign *= 0.5 + rng.random(count, dtype=np.float32)
    light += np.float32(_LAYOUT) * layouts[labels]
    light += np.float32(_SIGNED) * sign[:, None, None, None] * signed[labels]
    return light


def _patterns(looks: np.random.RandomState, decay: Floats, mean: float) -> Floats:
    """Draws one smooth pattern for each class, of unit norm; `mean` damps its mean colour."""
    drawn = looks.standard_normal((MAX_CLASSES, 3, _MODES, _MODES)).astype(np.float32) * decay
    drawn[:, :, 0, 0] *= np.float32(mean)
    drawn[..., 1::2] = 0  # cos(kπx) of odd k changes its sign in the mirror
    norms: Floats = np.sqrt((drawn**2).sum(axis=(1, 2, 3), keepdims=True))
    return drawn / norms


def _gratings(
    rng: np.random.Generator, labels: npt.NDArray[np.int64], grid: Floats
) -> tuple[Floats, Floats]:
    """Draws gratings under a Gaussian window, each as two columns and two rows: (N, 2, 32).

    cos(a·x + b·y) = cos(a·x)·cos(b·y) − sin(a·x)·sin(b·y)
    """

    def normal() -> Floats:
        return rng.standard_normal((len(labels), 1), dtype=np.float32)

    def uniform() -> Floats:
        return rng.random((len(labels), 1), dtype=np.float32)

    lean = np.where(uniform() < 0.5, np.float32(-1), np.float32(1))
    steps = (labels % _DIRECTIONS).astype(np.float32)[:, None]
    angle = lean * (np.float32(np.pi / 2 / (_DIRECTIONS - 1)) * steps + 0.1 * normal())
    cycles = np.array(_CYCLES, dtype=np.float32)[labels // _DIRECTIONS][:, None]
    turns = np.float32(2 * np.pi) * cycles * np.exp(0.1 * normal())
    width = 0.22 + 0.15 * uniform()
    x, y = grid - (0.5 + 0.2 * normal()), grid - (0.5 + 0.2 * normal())
    along_x = turns * np.cos(angle) * x
    along_y = turns * np.sin(angle) * y + np.float32(2 * np.pi) * uniform()
    window_x, window_y = np.exp(-((x / width) ** 2) / 2), np.exp(-((y / width) ** 2) / 2)
    column = np.stack([window_y * np.cos(along_y), -window_y * np.sin(along_y)], axis=1)
    row = np.stack([window_x * np.cos(along_x), window_x * np.sin(along_x)], axis=1)
    return column, row


def _add_noise(rng: np.random.Generator, images: Floats) -> None:
    """Adds noise of each pixel, cut from one long strip: to draw all of it would take longest."""
    size = images[0].size
    strip = np.float32(_NOISE) * rng.standard_normal(2**20, dtype=np.float32)
    starts = rng.integers(0, len(strip) - size, len(images))
    for image, start in zip(images, starts.tolist(), strict=True):
        image += strip[start : start + size].reshape(image.shape)
