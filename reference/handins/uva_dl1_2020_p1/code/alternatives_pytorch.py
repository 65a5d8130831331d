"""Networks that differ from ConvNet at the end alone, a mistake that is charged by itself."""

from torch import nn

from reference.models.preactivation_vgg import PreActivationVgg


class ConvNetWithoutFinalReLU(PreActivationVgg):
    """The network without ReLU before its linear layer."""

    def __init__(self, n_channels: int, n_classes: int) -> None:
        """Make a network, as the whole one is made."""
        super().__init__(n_channels, n_classes)
        leave_out(self, nn.ReLU)


class ConvNetWithFinalReLUAlone(PreActivationVgg):
    """The network with ReLU, but no batch normalization, before its linear layer."""

    def __init__(self, n_channels: int, n_classes: int) -> None:
        """Make a network, as the whole one is made."""
        super().__init__(n_channels, n_classes)
        leave_out(self, nn.BatchNorm2d)


class ConvNetWithoutFinalNorm(PreActivationVgg):
    """The network without batch normalization and ReLU before its linear layer."""

    def __init__(self, n_channels: int, n_classes: int) -> None:
        """Make a network, as the whole one is made."""
        super().__init__(n_channels, n_classes)
        leave_out(self, nn.ReLU)
        leave_out(self, nn.BatchNorm2d)


class ConvNetWithFinalReLUFirst(PreActivationVgg):
    """The network with ReLU and batch normalization in the other order before its linear layer."""

    def __init__(self, n_channels: int, n_classes: int) -> None:
        """Make a network, as the whole one is made."""
        super().__init__(n_channels, n_classes)
        places = [at for at, layer in enumerate(self) if isinstance(layer, nn.ReLU)]
        self[places[-1]], self[places[-1] - 1] = self[places[-1] - 1], self[places[-1]]


def leave_out(network: nn.Sequential, kind: type[nn.Module]) -> None:
    """Remove the network's own layer of a kind; those inside its blocks stay."""
    for place, layer in reversed(list(enumerate(network))):
        if isinstance(layer, kind):
            del network[place]
