"""CINIC-10: pictures of 32 × 32 in three parts, from CIFAR-10 and ImageNet.

Darlow et al., "CINIC-10 is not ImageNet or CIFAR-10", 2018.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.datasets.cifar10 import CLASSES
from grader.datasets.faults import DataSetError
from grader.datasets.model import DataSet
from grader.datasets.pictures import PictureLayout, count_notes, read_pictures
from grader.plain_text import quote

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 32
PER_CLASS = 9_000  # in each part

_PARTS = {"train": "train", "valid": "validation", "test": "test"}


def read_cinic10(
    source: Path, classes: Sequence[str] = CLASSES, name: str = "cinic10", title: str = "CINIC-10"
) -> DataSet:
    """Reads `CINIC-10/{train,valid,test}/<class>/*.png`, a folder or an archive.

    Args:
        source: where it is.
        classes: which of the ten to read; labels follow their order.
        name: what to call the data set.
        title: what people call it.

    Returns:
        Images (N, 3, 32, 32), uint8; `valid` becomes `validation`.

    Raises:
        DataSetError: a part or class is missing, or a picture is damaged or of another size.
    """
    layout = PictureLayout(
        _PARTS,
        classes,
        (".png",),
        "CINIC-10/{train,valid,test}/<class>/*.png, as in CINIC-10.tar.gz from "
        "https://datashare.ed.ac.uk/handle/10283/3192",
    )
    found = read_pictures(source, layout, _as_published)
    published = PER_CLASS * len(classes)
    notes = count_notes({part: (len(split), published) for part, split in found.items()})
    if tuple(classes) != CLASSES:
        kept = ", ".join(classes)
        notes = (f"Only {len(classes)} of the 10 classes are kept: {kept}.", *notes)
    return DataSet(
        name,
        title,
        tuple(classes),
        found["train"],
        found["test"],
        found["validation"],
        (*notes, "The rows are in a seeded order, not class by class."),
    )


def _as_published(picture: Image, name: str) -> Image:
    if picture.size != (SIDE, SIDE):
        raise DataSetError(
            f"The picture {quote(name)} is {picture.width} × {picture.height}; those of CINIC-10 "
            f"are {SIDE} × {SIDE}. Give the data set as it was published."
        )
    return picture
