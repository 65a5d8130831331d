"""Reading CIFAR-10 and sampling batches from it; provided, do not change it.

The data are the Python version of CIFAR-10 as published: data_batch_1 to data_batch_5 and
test_batch in one folder. Nothing is downloaded.
"""

import pickle
from pathlib import Path

import numpy as np

SIDE = 32  # pixels
CLASSES = 10


def load_cifar10_batch(path):
    """Load one file of the data set.

    Only open files that come from the data set: reading a pickle can run code.

    Args:
        path: Path of a file such as data_batch_1.

    Returns:
        images: Shape (n, 3, 32, 32), uint8.
        labels: Shape (n,), integers from 0 to 9.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(
            f"{path} is not there. It should be a batch of CIFAR-10, Python version. Download it "
            "from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and pass its folder as "
            "--data_dir."
        )
    with open(path, "rb") as file:
        batch = pickle.load(file, encoding="latin1")
    return np.asarray(batch["data"]).reshape(-1, 3, SIDE, SIDE), np.asarray(batch["labels"])


def load_cifar10(data_dir):
    """Load the whole data set.

    Args:
        data_dir: Folder of the files.

    Returns:
        Training images, training labels, test images, test labels; see `load_cifar10_batch`.
    """
    batches = [load_cifar10_batch(Path(data_dir) / f"data_batch_{i}") for i in range(1, 6)]
    images = np.concatenate([images for images, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    return (images, labels, *load_cifar10_batch(Path(data_dir) / "test_batch"))


def dense_to_one_hot(labels_dense, num_classes):
    """Turn labels into one-hot rows.

    Args:
        labels_dense: Shape (n,), integers.
        num_classes: Number of classes.

    Returns:
        Shape (n, num_classes), float64.
    """
    return np.eye(num_classes)[np.asarray(labels_dense)]


class DataSet:
    """Images with labels, from which batches are drawn.

    Attributes:
        images: Shape (n, 3, 32, 32), float32.
        labels: Shape (n, 10) when one-hot, else (n,).
        num_examples: Number of images.
        epochs_completed: How often all images have been drawn.
    """

    def __init__(self, images, labels):
        """Keep the images and their labels."""
        if len(images) != len(labels):
            raise ValueError(
                f"There are {len(images)} images and {len(labels)} labels. Pass one label for "
                "each image."
            )
        self.images = images
        self.labels = labels
        self.num_examples = len(images)
        self.epochs_completed = 0
        self._next = 0

    def next_batch(self, batch_size):
        """Draw the next images; their order is shuffled whenever all have been drawn.

        Args:
            batch_size: How many, at most num_examples.

        Returns:
            Images and labels of the batch.
        """
        if batch_size > self.num_examples:
            raise ValueError(
                f"A batch of {batch_size} cannot be drawn from {self.num_examples} images. Choose "
                "a smaller batch."
            )
        if self._next + batch_size > self.num_examples:
            self.epochs_completed += 1
            order = np.random.permutation(self.num_examples)
            self.images, self.labels = self.images[order], self.labels[order]
            self._next = 0
        begin, self._next = self._next, self._next + batch_size
        return self.images[begin : self._next], self.labels[begin : self._next]


def get_cifar10(data_dir="cifar10/cifar-10-batches-py", one_hot=True, validation_size=0):
    """Read the data set and subtract the mean training image.

    Args:
        data_dir: Folder of the files.
        one_hot: Whether labels are one-hot rows, or integers.
        validation_size: Number of training images to set apart.

    Returns:
        A dict with the `DataSet`s 'train', 'validation' and 'test'.
    """
    images, labels, test_images, test_labels = load_cifar10(data_dir)
    if not 0 <= validation_size < len(images):
        raise ValueError(
            f"validation_size is {validation_size}; choose a number from 0 to {len(images) - 1}."
        )
    images, test_images = images.astype(np.float32), test_images.astype(np.float32)
    parts = {
        "train": (images[validation_size:], labels[validation_size:]),
        "validation": (images[:validation_size], labels[:validation_size]),
        "test": (test_images, test_labels),
    }
    mean = parts["train"][0].mean(axis=0)
    return {
        name: DataSet(x - mean, dense_to_one_hot(y, CLASSES) if one_hot else y)
        for name, (x, y) in parts.items()
    }
