"""Reading the image data sets from local files; provided. Nothing is downloaded."""

import os
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np

DATASETS = Path(__file__).parent / "datasets"

# The six classes that are used where only six are asked for; any six of the ten will do.
CINIC10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog")


def _need(path, what, where):
    """Refuse to go on without a file or folder, and say how to get it."""
    if not Path(path).exists():
        raise FileNotFoundError(
            f"{path} is not there. It should be {what}. Download it from {where}, unpack it, and "
            f"put it at that place or pass the place where you have it."
        )
    return Path(path)


def load_CIFAR_batch(filename):
    """Load one batch of CIFAR-10 in its Python version.

    Only open files that come from the data set: reading a pickle can run code.

    Args:
        filename: Path of a file such as data_batch_1.

    Returns:
        X: Images, shape (10000, 3, 32, 32) if the file is complete, float64.
        y: Labels.
    """
    path = _need(filename, "a batch of CIFAR-10", "https://www.cs.toronto.edu/~kriz/cifar.html")
    with open(path, "rb") as file:
        batch = pickle.load(file, encoding="latin1")
    X = np.asarray(batch["data"]).reshape(-1, 3, 32, 32).astype(float)
    return X, np.array(batch["labels"])


def load_CIFAR10(ROOT):
    """Load all of CIFAR-10.

    Args:
        ROOT: Path of the folder cifar-10-batches-py.

    Returns:
        X_train, y_train, X_test, y_test.
    """
    batches = [load_CIFAR_batch(os.path.join(ROOT, f"data_batch_{i}")) for i in range(1, 6)]
    X_train = np.concatenate([X for X, _ in batches])
    y_train = np.concatenate([y for _, y in batches])
    X_test, y_test = load_CIFAR_batch(os.path.join(ROOT, "test_batch"))
    return X_train, y_train, X_test, y_test


def get_CIFAR10_data(
    num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True, folder=None
):
    """Load CIFAR-10, split for this assignment.

    Args:
        num_training: Training images.
        num_validation: Validation images, taken from behind the training images.
        num_test: Test images.
        subtract_mean: Whether to subtract the mean training image from all.
        folder: Path of cifar-10-batches-py; in datasets/ beside this file if None.

    Returns:
        A dict with X_train, y_train, X_val, y_val, X_test, y_test; images (N, 3, 32, 32).
    """
    folder = DATASETS / "cifar-10-batches-py" if folder is None else Path(folder)
    X, y, X_test, y_test = load_CIFAR10(folder)
    end = num_training + num_validation
    data = {
        "X_train": X[:num_training],
        "y_train": y[:num_training],
        "X_val": X[num_training:end],
        "y_val": y[num_training:end],
        "X_test": X_test[:num_test],
        "y_test": y_test[:num_test],
    }
    return _without_mean(data) if subtract_mean else data


def get_CINIC10_data(folder=None, classes=CINIC10_CLASSES, per_class=None, subtract_mean=True):
    """Load CINIC-10, or some classes of it, in its published layout.

    Args:
        folder: Path of a folder with train/, valid/ and test/, each with a folder of PNG files for
            each class; CINIC-10 in datasets/ beside this file if None.
        classes: Names of the classes to load; their order gives the labels.
        per_class: At most so many images of each class in each part, None for all.
        subtract_mean: Whether to subtract the mean training image from all.

    Returns:
        A dict with X_train, y_train, X_val, y_val, X_test, y_test; images (N, 3, 32, 32).
    """
    folder = DATASETS / "CINIC-10" if folder is None else Path(folder)
    data = {}
    for key, part in (("train", "train"), ("val", "valid"), ("test", "test")):
        images, labels = [], []
        for label, name in enumerate(classes):
            place = _need(
                folder / part / name,
                f"the images of class {name!r} of CINIC-10",
                "https://datashare.ed.ac.uk/handle/10283/3192",
            )
            files = sorted(place.glob("*.png"))[:per_class]
            images += [read_png(file) for file in files]
            labels += [label] * len(files)
        pixels = np.array(images, dtype=float).reshape(-1, 32, 32, 3)
        data[f"X_{key}"] = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
        data[f"y_{key}"] = np.array(labels, dtype=int)
    return _without_mean(data) if subtract_mean else data


def _without_mean(data):
    """Subtract the mean training image from all images."""
    mean = data["X_train"].mean(axis=0)
    for key in ("X_train", "X_val", "X_test"):
        data[key] = data[key] - mean
    return data


def read_png(filename):
    """Read a PNG of 8-bit grey, colour, or colour with transparency, not interlaced.

    Args:
        filename: Path of the file.

    Returns:
        Shape (H, W, 3), uint8; transparency is left out.
    """
    content = Path(filename).read_bytes()
    header, packed, position = None, b"", 8
    while position < len(content):
        length, kind = struct.unpack(">I4s", content[position : position + 8])
        body = content[position + 8 : position + 8 + length]
        position += length + 12
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
    channels = {0: 1, 2: 3, 4: 2, 6: 4}
    readable = header is not None and header[2] == 8 and header[3] in channels and not header[6]
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or not readable:
        raise ValueError(
            f"{filename} is not an 8-bit grey or colour PNG without interlacing, as the images of "
            f"CINIC-10 are. Download the data set again."
        )
    width, height, depth = header[0], header[1], channels[header[3]]
    rows = np.frombuffer(zlib.decompress(packed), dtype=np.uint8).reshape(height, -1)
    pixels = _unfilter(rows[:, 0], rows[:, 1:], depth).reshape(height, width, depth)
    return np.repeat(pixels[..., :1], 3, axis=2) if depth < 3 else pixels[..., :3]


def _unfilter(kinds, rows, depth):
    """Undo the filters of PNG, by which each byte is stored less a guess from its neighbours."""
    out = np.zeros_like(rows)
    above = [0] * rows.shape[1]
    for n, (kind, row) in enumerate(zip(kinds.tolist(), rows.tolist(), strict=True)):
        for i, byte in enumerate(row):
            left = row[i - depth] if i >= depth else 0
            corner = above[i - depth] if i >= depth else 0
            row[i] = (byte + _guess(kind, left, above[i], corner)) % 256
        out[n] = above = row
    return out


def _guess(kind, left, up, corner):
    """Predict a byte: filters 0 none, 1 left, 2 up, 3 mean of both, 4 Paeth."""
    if kind == 4:
        # Paeth: whichever of the three is closest to left + up - corner.
        target = left + up - corner
        return min((left, up, corner), key=lambda value: abs(target - value))
    return (0, left, up, (left + up) // 2)[kind]
