"""Small convolutional networks with batch normalization, and a fast way to train them.

Three widths of two convolutions each, after Simonyan & Zisserman (2015), with the normalization of
Ioffe & Szegedy (2015). The learning rate rises and falls once (Smith & Topin 2018), and images are
mirrored and shifted at random.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad

SHIFT = 4  # pixels


def normalized_convnet(widths: tuple[int, ...], classes: int = 10) -> nn.Sequential:
    """Make a network for images (N, 3, H, W); H and W are halved once for each width."""
    layers: list[nn.Module] = []
    channels = 3
    for width in widths:
        for inputs in (channels, width):
            layers += [nn.Conv2d(inputs, width, 3, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(width), nn.ReLU()]
        layers.append(nn.MaxPool2d(2))
        channels = width
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
    return nn.Sequential(*layers)


def train_once_around(
    model: nn.Module,
    loader: Any,
    epochs: int,
    learning_rate: float,
    *,
    augmented: bool = True,
    weight_decay: float = 5e-4,
) -> nn.Module:
    """Train with Adam and a learning rate that rises and falls once; return the model.

    Args:
        model: maps images to logits.
        loader: gives batches (x, y) and has a length.
        epochs: how often it is gone through.
        learning_rate: the largest.
        augmented: whether images are mirrored and shifted.
        weight_decay: of AdamW.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, learning_rate, total_steps=epochs * len(loader)
    )
    for _ in range(epochs):
        model.train()
        batches: Iterable[tuple[Tensor, Tensor]] = loader
        for x, y in batches:
            images = x.to(device)
            loss = cross_entropy(model(augment(images) if augmented else images), y.to(device))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # PyTorch's own is untyped
            optimizer.step()
            schedule.step()
    return model


def augment(x: Tensor) -> Tensor:
    """Mirror each image of a batch (N, C, H, W) at random, and shift the batch by some pixels."""
    mirrored = torch.rand(len(x), 1, 1, 1, device=x.device) < 0.5
    x = torch.where(mirrored, x.flip(3), x)
    height, width = x.shape[2:]
    down, right = torch.randint(2 * SHIFT + 1, (2,)).tolist()
    return pad(x, (SHIFT,) * 4)[:, :, down : down + height, right : right + width]
