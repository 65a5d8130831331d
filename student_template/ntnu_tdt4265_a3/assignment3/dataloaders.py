"""Loaders for CIFAR-10. Nothing is read or downloaded before `load_cifar10` is called."""

from pathlib import Path

import numpy as np
from torch.utils.data import DataLoader, SubsetRandomSampler

MEAN = (0.5, 0.5, 0.5)
STD = (0.25, 0.25, 0.25)


def get_data_dir():
    """Return the folder in which the images are kept."""
    return Path("data") / "cifar10"


def load_cifar10(batch_size, validation_fraction=0.1):
    """Make loaders for training, validation and test, in this order.

    Args:
        batch_size: Images per batch.
        validation_fraction: Part of the training images that is held out for validation.

    Returns:
        Three loaders of (images, classes): images (N, 3, 32, 32), normalized; classes (N,).
    """
    from torchvision import datasets, transforms

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    folder = get_data_dir()
    train = datasets.CIFAR10(folder, train=True, download=True, transform=transform)
    test = datasets.CIFAR10(folder, train=False, download=True, transform=transform)
    order = np.random.permutation(len(train))
    held_out = int(len(train) * validation_fraction)
    samplers = [SubsetRandomSampler(part.tolist()) for part in (order[held_out:], order[:held_out])]
    return (
        DataLoader(train, batch_size, sampler=samplers[0], num_workers=2, drop_last=True),
        DataLoader(train, batch_size, sampler=samplers[1], num_workers=2),
        DataLoader(test, batch_size, num_workers=2),
    )
