"""A multilayer perceptron for tables: batch normalization, ReLU and dropout after every layer."""

from collections.abc import Sequence

from torch import nn

DROPPED = 0.1  # probability of dropping a hidden unit


class TabularPerceptron(nn.Sequential):
    """Maps features (N, D) to scores (N, K).

    Features of measuring instruments have long tails. Batch normalization keeps what such values
    make of the hidden layers in a common range (Ioffe & Szegedy 2015), so a large learning rate
    does no harm.
    """

    def __init__(self, features: int, widths: Sequence[int], outputs: int) -> None:
        """Make a network; initial values are those of PyTorch.

        Args:
            features: D.
            widths: Numbers of hidden units, layer by layer.
            outputs: K; one is enough for two classes.
        """
        layers: list[nn.Module] = []
        inputs = features
        for width in widths:
            layers += [
                nn.Linear(inputs, width),
                nn.BatchNorm1d(width),
                nn.ReLU(),
                nn.Dropout(DROPPED),
            ]
            inputs = width
        super().__init__(*layers, nn.Linear(inputs, outputs))
