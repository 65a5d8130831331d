"""Imagenette: pictures of ten ImageNet classes that are easily told apart, at 64 × 64.

https://github.com/fastai/imagenette
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from grader.datasets.model import DataSet
from grader.datasets.pictures import PictureLayout, count_notes, read_pictures

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 64

# The names that people use, by WordNet id.
CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "n01440764": "tench",
        "n02102040": "English springer",
        "n02979186": "cassette player",
        "n03000684": "chain saw",
        "n03028079": "church",
        "n03394916": "French horn",
        "n03417042": "garbage truck",
        "n03425413": "gas pump",
        "n03445777": "golf ball",
        "n03888257": "parachute",
    }
)
TRAIN_COUNT = 9_469
TEST_COUNT = 3_925

_LAYOUT = PictureLayout(
    {"train": "train", "val": "test"},
    tuple(CLASSES),
    (".jpeg", ".jpg", ".png"),
    "{train,val}/<wnid>/*.JPEG, as in imagenette2-160.tgz from "
    "https://github.com/fastai/imagenette",
)


def read_imagenette(source: Path) -> DataSet:
    """Reads `{train,val}/<wnid>/*.JPEG`, a folder or an archive, of any size of picture.

    A picture that is not 64 × 64 is cut to its central square and scaled.

    Returns:
        Images (N, 3, 64, 64), uint8; `val` is the test part.

    Raises:
        DataSetError: a part or class is missing, or a picture is damaged.
    """
    scaled = 0

    def fit(picture: Image, name: str) -> Image:
        nonlocal scaled
        scaled += picture.size != (SIDE, SIDE)
        return _centre(picture)

    found = read_pictures(source, _LAYOUT, fit)
    train, test = found["train"], found["test"]
    notes = count_notes({"train": (len(train), TRAIN_COUNT), "test": (len(test), TEST_COUNT)})
    if scaled:
        notes += (
            f"{scaled:,} of {len(train) + len(test):,} pictures were cut to their central square "
            f"and scaled to {SIDE} × {SIDE}.",
        )
    notes += ("The rows are in a seeded order, not class by class.",)
    return DataSet("imagenette", "Imagenette", tuple(CLASSES.values()), train, test, notes=notes)


def _centre(picture: Image) -> Image:
    if picture.size == (SIDE, SIDE):
        return picture
    from PIL.Image import Resampling

    # A JPEG can be decoded at a half, a quarter or an eighth, as long as enough remains.
    picture.draft("RGB", (2 * SIDE, 2 * SIDE))
    width, height = picture.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    square = picture.convert("RGB").crop((left, top, left + side, top + side))
    return square.resize((SIDE, SIDE), Resampling.BICUBIC, reducing_gap=None)
