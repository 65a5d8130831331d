"""A multi-layer perceptron for PyTorch with ELU and batch normalization between its layers."""

from collections.abc import Sequence

from torch import nn


class EluPerceptron(nn.Sequential):
    """Linear layers, each but the last followed by batch normalization and an ELU; gives logits.

    The batch normalization (Ioffe & Szegedy 2015) is what the assignment calls a modification: it
    makes the net insensitive to the range of its inputs, which are not divided by 255.
    """

    def __init__(self, n_inputs: int, n_hidden: Sequence[int], n_classes: int) -> None:
        """Make a network.

        Args:
            n_inputs: Features of an input.
            n_hidden: Units of each hidden layer; none make it a logistic regression.
            n_classes: Number of outputs.
        """
        layers: list[nn.Module] = []
        width = n_inputs
        for units in n_hidden:
            layers += [nn.Linear(width, units), nn.BatchNorm1d(units), nn.ELU()]
            width = units
        super().__init__(*layers, nn.Linear(width, n_classes))
