"""The residual networks that torchvision has, for hand-ins that train one further.

Modules and parameters are named as there, so that `model.fc` can be replaced and `model.layer4` be
left to learn. Nothing was learned yet: weights are drawn, whatever weights are asked for.

Source: He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition, 2016, table 1 and fig. 5;
weights as in He et al., Delving Deep into Rectifiers, 2015, by what goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

Tensor = Any
_WIDTHS = (64, 128, 256, 512)


class BasicBlock(nn.Module):
    """Two convolutions of side 3, and what goes past them."""

    expansion = 1

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            halved = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(halved, nn.BatchNorm2d(outputs))
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """Returns relu(bn(conv(relu(bn(conv(x))))) + x), x by a convolution where shapes differ."""
        past = x if self.downsample is None else self.downsample(x)
        out = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(out)) + past)


class ResNet(nn.Module):
    """A stem, four stages of blocks, average pooling, and a linear layer: (N, 3, H, W) to (N, K).

    Args:
        counts: blocks of each stage.
        num_classes: K.
    """

    def __init__(self, counts: Sequence[int], num_classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        inputs = 64
        for number, (count, width) in enumerate(zip(counts, _WIDTHS, strict=True), 1):
            blocks = [BasicBlock(inputs, width, 1 if number == 1 else 2)]
            blocks += [BasicBlock(width, width) for _ in range(count - 1)]
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
            inputs = width
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs, num_classes)
        for each in self.modules():
            if isinstance(each, nn.Conv2d):
                nn.init.kaiming_normal_(each.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        """Returns scores."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for number in range(1, 5):
            x = getattr(self, f"layer{number}")(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


def resnet18(*_weights: Any, num_classes: int = 1000, **_how: Any) -> ResNet:
    """Makes the network of 18 layers, 11,689,512 parameters for 1,000 classes."""
    return ResNet((2, 2, 2, 2), num_classes)


def resnet34(*_weights: Any, num_classes: int = 1000, **_how: Any) -> ResNet:
    """Makes the network of 34 layers, 21,797,672 parameters for 1,000 classes."""
    return ResNet((3, 4, 6, 3), num_classes)
