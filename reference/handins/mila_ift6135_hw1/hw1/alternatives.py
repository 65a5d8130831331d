"""What the assignment's text allows beside what its template asks for."""

from typing import Any

from solution import (  # type: ignore[import-not-found]  # lies beside
    Convolution2dLayer,
    ResidualBlock,
)

from reference.models.residual_network import (
    ResidualNet18,
    ResidualNet18HalvingStem,
    ResidualNet18WideStem,
)


class PaddedConvolution2dLayer(Convolution2dLayer):  # type: ignore[misc]  # its type is not known
    """The convolution with one zero around each image, which keeps its size."""

    def __init__(self, *sizes: Any) -> None:
        """Take the sizes of the layer without padding."""
        super().__init__(*sizes)
        self.padding = 1


class WideStemResNet18(ResidualNet18WideStem):
    """A first convolution of 7 by 7 that keeps the size of the images."""

    def __init__(self, num_classes: int = 10, activation: str = "relu") -> None:
        """Make the network of the assignment's blocks."""
        super().__init__(num_classes, activation, ResidualBlock)


class HalvingStemResNet18(ResidualNet18HalvingStem):
    """The stem of the paper: 7 by 7 with stride 2, and max pooling with stride 2."""

    def __init__(self, num_classes: int = 10, activation: str = "relu") -> None:
        """Make the network of the assignment's blocks."""
        super().__init__(num_classes, activation, ResidualBlock)


class OwnBlocksResNet18(ResidualNet18):
    """A network of blocks that are no `ResidualBlock`."""

    def __init__(self, num_classes: int = 10, activation: str = "relu") -> None:
        """Make the network of the reference's own blocks."""
        super().__init__(num_classes, activation)
