"""Turns picture files that lie in one folder per class into arrays; needs Pillow."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from grader.datasets.faults import DataSetError
from grader.datasets.model import Split, in_seeded_order, split_of
from grader.datasets.source_files import Parts, files_in
from grader.plain_text import clean_text, quote

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 64 * 2**20  # per picture, before it is made smaller
ORDER_SEED = 0

Fit = Callable[["Image", str], "Image"]


@dataclass(frozen=True, slots=True)
class PictureLayout:
    """Where a data set of pictures has its files.

    Attributes:
        splits: the name of a part of a `DataSet`, by the name of its folder.
        classes: folders below these, in the order of their labels.
        suffixes: of the files that count, in lower case.
        expected: the layout in words, for a message.
    """

    splits: Mapping[str, str]
    classes: Sequence[str]
    suffixes: tuple[str, ...]
    expected: str


def read_pictures(source: Path, layout: PictureLayout, fit: Fit) -> dict[str, Split]:
    """Reads all pictures of a data set.

    Args:
        source: a folder or an archive that holds the parts, or holds one folder that does.
        layout: where the pictures are.
        fit: gives a picture the data set's size, or refuses it; is told what it is called.

    Returns:
        Each part, by name: images (N, 3, H, W), uint8, in an order that is seeded.

    Raises:
        DataSetError: Pillow is missing; a part or a class has no pictures; one is damaged.
    """
    opener = _opener()
    found: dict[str, list[tuple[Parts, npt.NDArray[np.uint8]]]] = {}
    above: set[Parts] = set()
    for parts, content in files_in(source, lambda parts: _belongs(parts, layout)):
        if _belongs(parts, layout):  # a single file comes unasked
            above.add(parts[:-3])
            pixels = _pixels(opener, content, "/".join(parts[-3:]), fit)
            found.setdefault(parts[-3], []).append((parts[-2:], pixels))
    if len(above) > 1:
        first, second, *_ = ("/".join(one) or "." for one in sorted(above))
        raise DataSetError(
            f"{quote(source.name)} holds the data set more than once: in {quote(first)} and in "
            f"{quote(second)}. Give the one that is meant."
        )
    return {
        split: _split(found.get(folder, []), folder, source, layout)
        for folder, split in layout.splits.items()
    }


def _belongs(parts: Parts, layout: PictureLayout) -> bool:
    return (
        len(parts) >= 3
        and parts[-3] in layout.splits
        and parts[-2] in layout.classes
        and parts[-1].lower().endswith(layout.suffixes)
    )


def _split(
    pictures: list[tuple[Parts, npt.NDArray[np.uint8]]],
    folder: str,
    source: Path,
    layout: PictureLayout,
) -> Split:
    pictures.sort(key=lambda one: one[0])  # folders and archives have orders of their own
    labels = np.array([layout.classes.index(parts[0]) for parts, _ in pictures], dtype=np.int64)
    for label, name in enumerate(layout.classes):
        if label not in labels:
            raise DataSetError(
                f"{quote(source.name)} holds no pictures in {quote(f'{folder}/{name}')}. Give a "
                f"folder or an archive with {layout.expected}."
            )
    images = np.stack([pixels for _, pixels in pictures])
    return split_of(*in_seeded_order(images, labels, ORDER_SEED))


def _opener() -> Callable[[bytes], Image]:
    try:
        from PIL import Image
    except ImportError as error:
        raise DataSetError(
            "This data set consists of pictures, and Pillow, which reads them, is not installed. "
            'Install it: pip install "grader[images]".'
        ) from error
    return lambda content: Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))


def _pixels(
    opener: Callable[[bytes], Image], content: bytes, name: str, fit: Fit
) -> npt.NDArray[np.uint8]:
    """Decodes a picture: (3, H, W)."""
    try:
        picture = opener(content)
        if picture.width * picture.height > MAX_PIXELS:
            raise ValueError(f"{picture.width} × {picture.height} pixels are too many")
        fitted = fit(picture, name).convert("RGB")
    except DataSetError:
        raise
    # Pillow's decoders raise what they like for a damaged file.
    except Exception as error:
        raise DataSetError(
            f"The picture {quote(name)} cannot be read ({clean_text(str(error), 200)}). Nothing "
            "was added. Download the data set again."
        ) from error
    return np.ascontiguousarray(np.asarray(fitted, dtype=np.uint8).transpose(2, 0, 1))


def count_notes(counts: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """States which parts have another number of pictures than were published.

    Args:
        counts: pictures found and pictures published, by part.
    """
    return tuple(
        f"There are {found:,} {part} pictures; {published:,} were published."
        for part, (found, published) in counts.items()
        if found != published
    )
