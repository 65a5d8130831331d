"""A VGG network of 13 layers with pre-activation skip connections, for images of 32 by 32.

Simonyan & Zisserman (2014), table 1, column B; blocks after He, Zhang, Ren & Sun (2016), fig. 1b,
with one convolution each. Width and number of blocks are those of the assignment's figure 5.
"""

from torch import Tensor, nn


class PreActivationBlock(nn.Module):
    """x + conv(ReLU(BatchNorm(x))), which keeps the shape."""

    def __init__(self, channels: int) -> None:
        """Make a block.

        Args:
            channels: C of inputs and outputs.
        """
        super().__init__()
        self.residual = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            convolution(channels, channels, side=3),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Add the residual to x (N, C, H, W)."""
        out: Tensor = x + self.residual(x)
        return out


class PreActivationVgg(nn.Sequential):
    """The layers of the assignment's table, in its order; 11,138,122 parameters for 3 and 10.

    Before the linear layer come a batch normalization and a ReLU, for the last block has none
    after its sum. Initial values are those of PyTorch.
    """

    def __init__(self, n_channels: int, n_classes: int) -> None:
        """Make a network.

        Args:
            n_channels: Of the images, which are 32 by 32.
            n_classes: Number of outputs.
        """
        super().__init__(
            convolution(n_channels, 64, side=3),
            PreActivationBlock(64),
            *widening(64, 128),
            *widening(128, 256),
            *widening(256, 512),
            pool(),
            PreActivationBlock(512),
            PreActivationBlock(512),
            pool(),
            nn.BatchNorm2d(512),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(512, n_classes),
        )


def convolution(inputs: int, outputs: int, side: int) -> nn.Module:
    """Make a convolution with an odd side that keeps height and width."""
    return nn.Conv2d(inputs, outputs, kernel_size=side, stride=1, padding=side // 2)


def pool() -> nn.Module:
    """Make the pooling that halves height and width, rounded up."""
    return nn.MaxPool2d(kernel_size=3, stride=2, padding=1)


def widening(inputs: int, outputs: int) -> list[nn.Module]:
    """List one stage: a convolution of width 1, pooling, and two blocks."""
    blocks = [PreActivationBlock(outputs) for _ in range(2)]
    return [convolution(inputs, outputs, side=1), pool(), *blocks]
