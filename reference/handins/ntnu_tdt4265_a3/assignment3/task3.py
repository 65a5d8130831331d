"""The three models of tasks 3a and 3e, each trained for ten epochs."""

from collections.abc import Sequence
from typing import Any

from torch import nn

from reference.models.normalized_convnet import normalized_convnet, train_once_around
from reference.models.residual_network import ResidualNet18

EPOCHS = 10


def train_first_model(dataloaders: Sequence[Any]) -> nn.Module:
    """Train a network of three widths, without augmentation."""
    model = normalized_convnet((32, 64, 128))
    return train_once_around(model, dataloaders[0], EPOCHS, 3e-3, augmented=False)


def train_second_model(dataloaders: Sequence[Any]) -> nn.Module:
    """Train a wider network, with augmentation."""
    return train_once_around(normalized_convnet((64, 128, 256)), dataloaders[0], EPOCHS, 3e-3)


def train_best_model(dataloaders: Sequence[Any]) -> nn.Module:
    """Train a residual network, with augmentation."""
    return train_once_around(ResidualNet18(), dataloaders[0], EPOCHS, 3e-3)
