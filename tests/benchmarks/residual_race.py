"""How soon does a small residual network classify 94 % of CIFAR-10, trained by our loop?

The network has eight convolutions, as those of Page, "How to train your ResNet" (2018), from whom
are batch, rates and decay, too; label smoothing stands in for his cutout. The time begins with the
images in memory, as bytes, and holds every look at the test images.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from grader.datasets.cifar10 import read_cifar10
from grader.worker.inside.drivers import torch_fitting

GOAL = 0.94
EPOCHS = 24
BATCH = 512
LOOKED_AT_FROM = 0.8  # of the epochs: rates are too high before
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
SETTINGS = {
    "optimizer": "sgd",
    "learning_rate": 0.4,
    "momentum": 0.9,
    "nesterov": True,
    "weight_decay": 5e-4,
    "batch": BATCH,
    "schedule": "one_cycle",
    "mean": MEAN,
    "std": STD,
    "flip": True,
    "crop": 4,
    "label_smoothing": 0.1,
    "precision": "bfloat16",
}


class Residual(nn.Module):
    """x + f(f(x)), where f is a convolution with batch normalization and ReLU."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.twice = nn.Sequential(
            *convolution(channels, channels), *convolution(channels, channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Maps (N, C, H, W) to the same shape."""
        out: Tensor = x + self.twice(x)
        return out


class SmallResidualNet(nn.Module):
    """Maps images (N, 3, 32, 32) to scores (N, 10); 6,573,120 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *convolution(3, 64),
            *convolution(64, 128),
            nn.MaxPool2d(2),
            Residual(128),
            *convolution(128, 256),
            nn.MaxPool2d(2),
            *convolution(256, 512),
            nn.MaxPool2d(2),
            Residual(512),
            nn.MaxPool2d(4),
            nn.Flatten(),
        )
        self.linear = nn.Linear(512, 10, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Scales the scores, so that the first steps stay small."""
        scores: Tensor = 0.125 * self.linear(self.features(x))
        return scores


def convolution(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    """Makes a convolution with batch normalization and ReLU."""
    layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    return layer, nn.BatchNorm2d(outputs), nn.ReLU()


def race(data: Path, device: str, threads: int, compiled: bool) -> dict[str, Any]:
    """Trains once and says how long it took to the goal, or what was reached instead."""
    found = read_cifar10(data)
    x, y, held_out = found.train.inputs, found.train.labels, found.test
    steps = len(x) // BATCH
    torch.manual_seed(0)
    network = SmallResidualNet()
    begun_s, accuracy, epoch = time.perf_counter(), 0.0, 0
    more = {"device": device, "threads": threads, "compile": compiled}
    fitting = torch_fitting.begin(network, x, y, {**SETTINGS, **more, "steps": EPOCHS * steps})
    for epoch in range(1, EPOCHS + 1):
        fitting.advance(steps, float("inf"))
        if epoch >= LOOKED_AT_FROM * EPOCHS:
            accuracy = float(np.mean(fitting.predict(held_out.inputs).argmax(1) == held_out.labels))
            if accuracy >= GOAL:
                break
    return {
        "seconds": time.perf_counter() - begun_s,
        "accuracy": accuracy,
        "epochs": epoch,
        "held_out": len(held_out.labels),
        "reached": accuracy >= GOAL,
    }


def line(found: dict[str, Any]) -> str:
    """Says what came of it."""
    says = "reached" if found["reached"] else "did not reach"
    return (
        f"to_94    {says} {GOAL:.0%} of CIFAR-10: {found['accuracy']:.2%} of {found['held_out']} "
        f"held-out images after {found['epochs']} epochs, {found['seconds']:.1f} s"
    )
