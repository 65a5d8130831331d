"""The residual network of 18 layers, for small images (He, Zhang, Ren & Sun 2016, sec. 4.2)."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "tanh": torch.tanh}
WIDTHS = (64, 128, 256, 512)


class BasicBlock(nn.Module):
    """f(BN(conv(f(BN(conv(x))))) + residual(x)), with convolutions of side 3 (fig. 2)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1, activation: str = "relu"):
        """Make a block.

        Args:
            inputs: Channels of x.
            outputs: Channels of the result.
            stride: Of the first convolution; 2 halves height and width.
            activation: "relu" or "tanh".

        Raises:
            ValueError: There is no activation of that name.
        """
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"{activation!r} is not an activation; known are {', '.join(ACTIVATIONS)}. "
                f"Choose one of them."
            )
        self.function = ACTIVATIONS[activation]
        self.main = nn.ModuleList(
            [convolution(inputs, outputs, 3, stride), convolution(outputs, outputs, 3, 1)]
        )
        changes = stride != 1 or inputs != outputs
        self.shortcut = convolution(inputs, outputs, 1, stride) if changes else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Map x (N, inputs, H, W) to (N, outputs, H/stride, W/stride)."""
        first, second = self.main
        return self.function(second(self.function(first(x))) + self.shortcut(x))


class ResidualNet18(nn.Module):
    """A stem, four stages of two blocks, average pooling, and a linear layer.

    Images of 32 by 32 have maps of 32, 16, 8 and 4 in the four stages; 11,173,962 parameters for
    3 channels and 10 classes.
    """

    def __init__(
        self, classes: int = 10, activation: str = "relu", block: type[nn.Module] = BasicBlock
    ) -> None:
        """Make a network.

        Args:
            classes: Number of outputs.
            activation: Of all layers.
            block: Class of the blocks, with the constructor of `BasicBlock`.
        """
        super().__init__()
        self.function = ACTIVATIONS[activation]
        self.stem = self.make_stem()
        stages = []
        for inputs, outputs in zip((64, *WIDTHS), WIDTHS, strict=False):
            stride = 1 if inputs == outputs else 2
            stages += [
                block(inputs, outputs, stride, activation),
                block(outputs, outputs, 1, activation),
            ]
        self.stages = nn.Sequential(*stages)
        self.linear = nn.Linear(WIDTHS[-1], classes)

    def make_stem(self) -> nn.Module:
        """Make the first convolution, which keeps height and width."""
        return convolution(3, WIDTHS[0], 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map images (N, 3, H, W) to scores (N, classes)."""
        features = self.stages(self.function(self.stem(x)))
        scores: Tensor = self.linear(features.mean(dim=(2, 3)))
        return scores


class ResidualNet18WideStem(ResidualNet18):
    """The same with a first convolution of side 7 and padding 3; 11,181,642 parameters."""

    def make_stem(self) -> nn.Module:
        """Make the first convolution."""
        return convolution(3, WIDTHS[0], 7, 1)


class ResidualNet18HalvingStem(ResidualNet18):
    """The stem of the paper's figure 3: side 7, stride 2, then max pooling of side 3, stride 2."""

    def make_stem(self) -> nn.Module:
        """Make the first convolution with the pooling behind its activation."""
        return nn.Sequential(
            convolution(3, WIDTHS[0], 7, 2), _Apply(self.function), nn.MaxPool2d(3, 2, padding=1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map images (N, 3, H, W) to scores (N, classes)."""
        scores: Tensor = self.linear(self.stages(self.stem(x)).mean(dim=(2, 3)))
        return scores


class _Apply(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        """Apply the function."""
        return self.function(x)


def convolution(inputs: int, outputs: int, side: int, stride: int) -> nn.Module:
    """Make a convolution without bias, and the batch normalization behind it."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, side, stride=stride, padding=side // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


def parameter_count(module: nn.Module) -> int:
    """Count the numbers that are learned."""
    return sum(parameter.numel() for parameter in module.parameters())
