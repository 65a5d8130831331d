"""Small data sets in the layouts that are published."""

from __future__ import annotations

import io
import pickle
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CIFAR_CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()
BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
ROWS = 20


def batch_of(seed: int, rows: int = ROWS) -> dict[bytes, Any]:
    """A batch of CIFAR-10 with random pixels, two images of each class."""
    rng = np.random.RandomState(seed)
    return {
        b"batch_label": b"training batch",
        b"labels": [int(label) for label in rng.permutation(np.arange(rows) % 10)],
        b"data": rng.randint(0, 256, (rows, 3072)).astype(np.uint8),
        b"filenames": [b"%05d.png" % row for row in range(rows)],
    }


def write_pickle(path: Path, value: object, protocol: int = 2) -> None:
    path.write_bytes(pickle.dumps(value, protocol=protocol))


def meta_of(classes: list[str]) -> dict[bytes, Any]:
    return {b"num_vis": 3072, b"label_names": [name.encode() for name in classes]}


@pytest.fixture
def cifar(tmp_path: Path) -> Path:
    """The folder cifar-10-batches-py, of 20 images in each batch."""
    folder = tmp_path / "published" / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for seed, name in enumerate(BATCHES):
        write_pickle(folder / name, batch_of(seed))
    write_pickle(folder / "batches.meta", meta_of(CIFAR_CLASSES))
    (folder / "readme.html").write_text("CIFAR-10")
    return folder


@pytest.fixture
def magic(tmp_path: Path) -> Path:
    """A file magic04.data of 30 rows of class g, then 20 of class h."""
    numbers = np.random.RandomState(0).standard_normal((50, 10)).round(4).tolist()
    path = tmp_path / "magic04.data"
    lines = (",".join(map(str, (*row, "g" if at < 30 else "h"))) for at, row in enumerate(numbers))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def pack() -> Callable[[Path, str], Path]:
    """Packs a folder, with its own name, as `.zip` or `.tar.gz` beside it."""

    def packed(folder: Path, suffix: str) -> Path:
        path = folder.with_name(folder.name + suffix)
        files = sorted(one for one in folder.rglob("*") if one.is_file())
        if suffix == ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                for file in files:
                    archive.write(file, file.relative_to(folder.parent).as_posix())
        else:
            with tarfile.open(path, "w:gz") as tar:
                tar.add(folder, folder.name)
        return path

    return packed


class Answer(io.BytesIO):
    """What a URL gives."""

    def __init__(self, content: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(content)
        self.headers = headers


@pytest.fixture
def serve() -> Callable[..., Callable[..., Answer]]:
    """Makes an opener of URLs that gives some bytes and announces their length, or another."""

    def serving(content: bytes, announced: int | None = None) -> Callable[..., Answer]:
        length = len(content) if announced is None else announced

        def opener(url: str, timeout: float) -> Answer:
            assert url.startswith("https://")
            assert timeout > 0
            return Answer(content, {"Content-Length": str(length)} if length >= 0 else {})

        return opener

    return serving
