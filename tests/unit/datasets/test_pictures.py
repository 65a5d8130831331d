"""CINIC-10 and Imagenette from folders and archives of pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.datasets import pictures
from grader.datasets.cinic10 import read_cinic10
from grader.datasets.faults import DataSetError
from grader.datasets.imagenette import CLASSES as WNIDS
from grader.datasets.imagenette import read_imagenette

from .conftest import CIFAR_CLASSES


@pytest.fixture
def image() -> Any:
    """Pillow's module of images."""
    return pytest.importorskip("PIL.Image", reason="Pillow is not installed")


@pytest.fixture
def cinic(tmp_path: Path, image: Any) -> Path:
    """CINIC-10 of two pictures for each class and part; pixel (0, 0) is [part, class, number]."""
    folder = tmp_path / "published" / "CINIC-10"
    for part_number, part in enumerate(("train", "valid", "test")):
        for label, name in enumerate(CIFAR_CLASSES):
            place = folder / part / name
            place.mkdir(parents=True)
            for number in range(2):
                pixels = np.full((32, 32, 3), 100 + label, dtype=np.uint8)
                pixels[0, 0] = (part_number, label, number)
                image.fromarray(pixels).save(place / f"{number}.png")
    return folder


@pytest.fixture
def imagenette(tmp_path: Path, image: Any) -> Path:
    """Imagenette at 64 × 64, one training and one test picture of each class."""
    folder = tmp_path / "imagenette2-64"
    for part in ("train", "val"):
        for label, wnid in enumerate(WNIDS):
            place = folder / part / wnid
            place.mkdir(parents=True)
            pixels = np.full((64, 64, 3), 20 * label, dtype=np.uint8)
            image.fromarray(pixels).save(place / "n1.JPEG", quality=95)
    return folder


def test_cinic_is_read_with_its_validation_part(cinic: Path) -> None:
    found = read_cinic10(cinic)
    assert (found.name, found.classes) == ("cinic10", tuple(CIFAR_CLASSES))
    assert found.validation is not None
    for number, part in enumerate((found.train, found.validation, found.test)):
        assert part.inputs.shape == (20, 3, 32, 32)
        assert part.inputs.dtype == np.uint8
        assert set(part.inputs[:, 0, 0, 0]) == {number}
        np.testing.assert_array_equal(part.inputs[:, 1, 0, 0], part.labels)
        np.testing.assert_array_equal(part.inputs[:, 0, 5, 7], 100 + part.labels)
        assert np.bincount(part.labels).tolist() == [2] * 10
        assert part.labels.tolist() != sorted(part.labels)


@pytest.mark.parametrize("suffix", [".tar.gz", ".zip", ""])
def test_an_archive_and_the_folder_above_give_the_same_rows(
    cinic: Path, pack: Callable[[Path, str], Path], suffix: str
) -> None:
    expected = read_cinic10(cinic)
    found = read_cinic10(pack(cinic, suffix) if suffix else cinic.parent)
    np.testing.assert_array_equal(found.train.inputs, expected.train.inputs)
    np.testing.assert_array_equal(found.test.labels, expected.test.labels)


def test_six_classes_are_read_and_said(cinic: Path) -> None:
    (cinic / "train" / "truck" / "0.png").write_bytes(b"not read")
    six = tuple(CIFAR_CLASSES[:6])
    found = read_cinic10(cinic, six, "cinic10_six", "Six")
    assert (found.name, found.title, found.classes) == ("cinic10_six", "Six", six)
    assert len(found.train) == 12
    assert found.notes == (
        "Only 6 of the 10 classes are kept: airplane, automobile, bird, cat, deer, dog.",
        "There are 12 train pictures; 54,000 were published.",
        "There are 12 validation pictures; 54,000 were published.",
        "There are 12 test pictures; 54,000 were published.",
        "The rows are in a seeded order, not class by class.",
    )


def test_a_class_without_pictures_is_named(cinic: Path) -> None:
    for picture in (cinic / "valid" / "frog").iterdir():
        picture.unlink()
    sentence = (
        "'CINIC-10' holds no pictures in 'valid/frog'. Give a folder or an archive with "
        r"CINIC-10/\{train,valid,test\}/<class>/\*.png, as in CINIC-10.tar.gz from "
        "https://datashare.ed.ac.uk/handle/10283/3192."
    )
    with pytest.raises(DataSetError, match=sentence):
        read_cinic10(cinic)


def test_a_single_picture_is_no_data_set(cinic: Path) -> None:
    with pytest.raises(DataSetError, match="holds no pictures in 'train/airplane'"):
        read_cinic10(cinic / "train" / "cat" / "0.png")


def test_two_copies_are_refused(cinic: Path, image: Any) -> None:
    place = cinic.parent / "copy" / "train" / "cat"
    place.mkdir(parents=True)
    image.new("RGB", (32, 32)).save(place / "0.png")
    sentence = "holds the data set more than once: in 'CINIC-10' and in 'copy'. Give the one"
    with pytest.raises(DataSetError, match=sentence):
        read_cinic10(cinic.parent)


def test_a_picture_of_another_size_is_named(cinic: Path, image: Any) -> None:
    image.new("RGB", (31, 32)).save(cinic / "test" / "dog" / "1.png")
    sentence = (
        "The picture 'test/dog/1.png' is 31 × 32; those of CINIC-10 are 32 × 32. Give the data "
        "set as it was published."
    )
    with pytest.raises(DataSetError, match=sentence):
        read_cinic10(cinic)


def test_grey_pictures_get_three_channels(cinic: Path, image: Any) -> None:
    image.new("L", (32, 32), 77).save(cinic / "test" / "dog" / "1.png")
    found = read_cinic10(cinic)
    assert (found.test.inputs == 77).all(axis=(1, 2, 3)).sum() == 1


@pytest.mark.parametrize("keep", [0, 20, 70])
def test_a_truncated_picture_is_named(cinic: Path, keep: int) -> None:
    path = cinic / "train" / "bird" / "0.png"
    path.write_bytes(path.read_bytes()[:keep])
    sentence = r"The picture 'train/bird/0.png' cannot be read \(.+\). Nothing was added."
    with pytest.raises(DataSetError, match=sentence):
        read_cinic10(cinic)


def test_a_picture_in_another_format_is_not_decoded(cinic: Path, image: Any) -> None:
    image.new("RGB", (32, 32)).save(cinic / "train" / "bird" / "0.png", format="GIF")
    with pytest.raises(DataSetError, match=r"The picture 'train/bird/0.png' cannot be read"):
        read_cinic10(cinic)


def test_a_picture_of_too_many_pixels_is_not_decoded(
    imagenette: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 64 * 64 - 1)
    with pytest.raises(DataSetError, match=r"cannot be read \(64 × 64 pixels are too many\)"):
        read_imagenette(imagenette)


def test_hidden_files_of_macos_are_passed_over(cinic: Path) -> None:
    (cinic / "train" / "cat" / "._0.png").write_bytes(b"resource fork")
    (cinic / "train" / ".cat").mkdir()
    assert len(read_cinic10(cinic).train) == 20


def test_without_pillow_its_installation_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    sentence = (
        r'Pillow, which reads them, is not installed. Install it: pip install "grader\[images'
    )
    for read in (read_cinic10, read_imagenette):
        with pytest.raises(DataSetError, match=sentence):
            read(tmp_path)


def test_imagenette_has_names_and_val_is_its_test_part(imagenette: Path) -> None:
    found = read_imagenette(imagenette)
    assert found.classes[0] == "tench"
    assert found.classes[6] == "garbage truck"
    assert found.validation is None
    for part in (found.train, found.test):
        assert part.inputs.shape == (10, 3, 64, 64)
        assert sorted(part.labels) == list(range(10))
        middle = part.inputs[:, 0, 32, 32].astype(int)
        np.testing.assert_allclose(middle, 20 * part.labels, atol=3)  # JPEG is not exact
    assert found.notes == (
        "There are 10 train pictures; 9,469 were published.",
        "There are 10 test pictures; 3,925 were published.",
        "The rows are in a seeded order, not class by class.",
    )


@pytest.mark.parametrize("size", [(300, 200), (200, 640), (50, 40)])
def test_a_picture_of_another_size_is_cut_to_its_centre_and_said(
    imagenette: Path, image: Any, size: tuple[int, int]
) -> None:
    width, height = size
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    side = min(size)
    top, left = (height - side) // 2, (width - side) // 2
    pixels[top : top + side, left : left + side] = (200, 100, 50)
    path = imagenette / "val" / "n03888257" / "n1.JPEG"
    image.fromarray(pixels).save(path, quality=95)
    found = read_imagenette(imagenette)
    picture = found.test.inputs[found.test.labels == 9][0]
    assert picture.shape == (3, 64, 64)
    inner = picture[:, 4:-4, 4:-4].astype(int)
    np.testing.assert_allclose(inner.mean(axis=(1, 2)), (200, 100, 50), atol=4)
    assert inner.std(axis=(1, 2)).max() < 4
    assert "1 of 20 pictures were cut to their central square and scaled to 64 × 64." in found.notes
