"""Data as students' own loops know them: a `Dataset` of normalized images, in a `DataLoader`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

ROWS: Final = 250  # of one prediction


class Images(Dataset[Any]):
    """Images (C, H, W), normalized by channel, or features (D,), with their classes.

    Args:
        inputs: uint8 (N, C, H, W), or floats (N, D).
        labels: (N,).
        mean: of the channels after division by 255, or of the features.
        std: as `mean`.
        flat: give images as (C * H * W,).
    """

    def __init__(
        self, inputs: Any, labels: Any, mean: Any, std: Any, *, flat: bool = False
    ) -> None:
        self._inputs = inputs
        self._flat = flat
        self._pixels = inputs.dtype == np.uint8
        axes = (-1, 1, 1) if self._pixels else (-1,)
        self._mean = torch.tensor(mean, dtype=torch.float32).reshape(axes)
        self._std = torch.tensor(std, dtype=torch.float32).reshape(axes)
        self.targets = np.asarray(labels).tolist()

    def __len__(self) -> int:
        """Counts the examples."""
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Gives one image and its class."""
        return self.rows([index])[0], self.targets[index]

    def __getitems__(self, indices: Sequence[int]) -> list[tuple[Any, int]]:
        """Gives a batch at once, which takes a fraction of the time; see `DataLoader`."""
        targets = [self.targets[index] for index in indices]
        return list(zip(self.rows(indices), targets, strict=True))

    def rows(self, indices: Any) -> Any:
        """Gives normalized images (N, C, H, W), or features (N, D)."""
        some = torch.from_numpy(np.ascontiguousarray(self._inputs[indices])).float()
        normal = ((some / 255 if self._pixels else some) - self._mean) / self._std
        return normal.flatten(1) if self._flat else normal


def loader(images: Images, batch: int, *, trains: bool) -> Any:
    """Makes a loader; for training it shuffles and drops what fills no batch."""
    whole = len(images) >= batch
    return DataLoader(images, batch_size=batch, shuffle=trains, drop_last=trains and whole)


def scores(network: Any, images: Images) -> Any:
    """Returns what a network makes of all images (N, K), in evaluation mode."""
    device = next((each.device for each in network.parameters()), torch.device("cpu"))
    was_training = network.training
    network.eval()
    with torch.no_grad():
        found = [
            network(images.rows(slice(at, at + ROWS)).to(device)).float().cpu()
            for at in range(0, len(images), ROWS)
        ]
    network.train(was_training)
    return torch.cat(found).numpy()


def takes_flat(network: Any, images: Any) -> bool:
    """Tells whether a network refuses images (N, C, H, W), and takes them flat.

    Args:
        network: a module.
        images: a few, on its device.
    """
    was_training = network.training
    network.eval()  # takes a batch of any size, and learns nothing
    with torch.no_grad():
        works = [_runs(network, each) for each in (images, images.flatten(1))]
    network.train(was_training)
    return works == [False, True]


def _runs(network: Any, x: Any) -> bool:
    try:
        network(x)
    except Exception:  # of the hand-in; what it is trained on raises it again
        return False
    return True


def use_threads(count: int) -> None:
    """Has PyTorch compute on several threads; they are started here, after the fork."""
    torch.set_num_threads(count)


def parameters(network: Any) -> int:
    """Counts the numbers that a network learns."""
    return sum(each.numel() for each in network.parameters() if each.requires_grad)
