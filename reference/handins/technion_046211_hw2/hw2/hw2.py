"""The assignment's functions and networks: two initializations, an MLP and a CNN."""

import torch
from torch import Tensor

from reference.initializers import kaiming_std, xavier_bound
from reference.models.group_norm_convnet import GroupNormConvNet
from reference.models.tabular_perceptron import TabularPerceptron


def xavier_init(fan_in: int, fan_out: int) -> Tensor:
    """Draw weights (fan_in, fan_out) from Xavier's uniform law."""
    bound = xavier_bound(fan_in, fan_out)
    return torch.empty(fan_in, fan_out).uniform_(-bound, bound)


def kaiming_init(fan_in: int, fan_out: int) -> Tensor:
    """Draw weights (fan_in, fan_out) from Kaiming's normal law."""
    return kaiming_std(fan_in) * torch.randn(fan_in, fan_out)


class MLP(TabularPerceptron):
    """Three hidden layers of 128 units for MAGIC's ten features; one score, of class 1."""

    def __init__(self) -> None:
        """Make the network."""
        super().__init__(features=10, widths=(128, 128, 128), outputs=1)


class CNN(GroupNormConvNet):
    """The network for Imagenette's ten classes; without batch normalization."""
