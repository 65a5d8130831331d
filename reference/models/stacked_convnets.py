"""Two plain convolutional networks for images of 32 by 32: stages in a row, logits at the end.

Tables of the assignments: NTNU TDT4265, assignment 3, Table 2; UMass ECE 697LS, assignment 1, Q5.
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

SIDE = 32  # of the images


class PooledConvNet(nn.Sequential):
    """Three stages of conv 5x5, ReLU and max pool 2x2, then two fully connected layers.

    390,410 parameters for 3 channels and 10 classes.
    """

    def __init__(self, image_channels: int, num_classes: int) -> None:
        """Make a network; initial values are those of PyTorch.

        Args:
            image_channels: Of the images.
            num_classes: Number of logits.
        """
        stages: list[nn.Module] = []
        inputs = image_channels
        for filters in (32, 64, 128):
            stages += [
                nn.Conv2d(inputs, filters, kernel_size=5, stride=1, padding=2),
                nn.ReLU(),
                nn.MaxPool2d(kernel_size=2, stride=2),
            ]
            inputs = filters
        features = inputs * (SIDE // 8) ** 2
        super().__init__(
            *stages,
            nn.Flatten(),
            nn.Linear(features, 64),
            nn.ReLU(),
            nn.Linear(64, num_classes),
        )


class UnpooledConvNet(nn.Sequential):
    """Conv 5x5 with padding 2, ReLU, conv 3x3 with padding 1, ReLU, one fully connected layer."""

    def __init__(self, in_channel: int, channel_1: int, channel_2: int, num_classes: int) -> None:
        """Make a network; initial values are those of PyTorch.

        Args:
            in_channel: Channels of the images.
            channel_1: Filters of the first convolution.
            channel_2: Filters of the second convolution.
            num_classes: Number of logits.
        """
        super().__init__(
            nn.Conv2d(in_channel, channel_1, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.Conv2d(channel_1, channel_2, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(channel_2 * SIDE * SIDE, num_classes),
        )


def two_layer_scores(x: Tensor, params: Sequence[Tensor]) -> Tensor:
    """Compute ReLU(x W1) W2.

    Args:
        x: (N, d_1, ..., d_M) with a product D of all but N.
        params: W1 (D, H), W2 (H, C).

    Returns:
        (N, C).
    """
    w1, w2 = params
    return functional.relu(x.flatten(1) @ w1) @ w2


def three_layer_scores(x: Tensor, params: Sequence[Tensor]) -> Tensor:
    """Compute what `UnpooledConvNet` does, with the parameters given.

    Args:
        x: (N, C0, H, W).
        params: filters (C1, C0, KH, KW), biases (C1,), filters (C2, C1, KH, KW), biases (C2,),
            weights (C2 * H' * W', C) and biases (C,).

    Returns:
        (N, C).
    """
    filters_1, biases_1, filters_2, biases_2, weights, biases = params
    h = functional.relu(functional.conv2d(x, filters_1, biases_1, padding=2))
    h = functional.relu(functional.conv2d(h, filters_2, biases_2, padding=1))
    return h.flatten(1) @ weights + biases
