"""A small residual network for images of 64 by 64, with groups of channels normalized.

Group normalization (Wu & He 2018) uses no statistics of a batch.
"""

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

GROUPS = 8
WIDTHS = (32, 64, 128, 256)


class Stage(nn.Module):
    """Twice as many maps of half the side, then a residual block: x + f(x)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        """Make a stage.

        Args:
            inputs: Channels of the input.
            outputs: Channels of the result, a multiple of `GROUPS`.
        """
        super().__init__()
        self.widen = convolution(inputs, outputs)
        self.residual = convolution(outputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Map x (N, inputs, H, W) to (N, outputs, H/2, W/2)."""
        h: Tensor = functional.max_pool2d(self.widen(x), 2)
        out: Tensor = h + self.residual(h)
        return out


class GroupNormConvNet(nn.Sequential):
    """A stem that halves the side, three stages, average pooling, dropout and a linear layer.

    1,168,042 parameters for 3 channels and 10 classes.
    """

    def __init__(self, channels: int = 3, classes: int = 10, dropped: float = 0.2) -> None:
        """Make a network; initial values are those of PyTorch.

        Args:
            channels: Of the images.
            classes: Number of scores.
            dropped: Probability of dropping one of the pooled features.
        """
        first = WIDTHS[0]
        super().__init__(
            nn.Conv2d(channels, first, kernel_size=5, stride=2, padding=2, bias=False),
            nn.GroupNorm(GROUPS, first),
            nn.ReLU(),
            *(Stage(*pair) for pair in pairwise(WIDTHS)),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(dropped),
            nn.Linear(WIDTHS[-1], classes),
        )


def convolution(inputs: int, outputs: int) -> nn.Sequential:
    """Make a convolution of side 3 that keeps the maps' side, normalized, and a ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size=3, padding=1, bias=False),
        nn.GroupNorm(GROUPS, outputs),
        nn.ReLU(),
    )
