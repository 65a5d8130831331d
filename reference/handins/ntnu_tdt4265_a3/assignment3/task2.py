"""The assignment's network: Table 2."""

from reference.models.stacked_convnets import PooledConvNet


class ExampleModel(PooledConvNet):
    """Three convolutions with pooling and two fully connected layers; gives logits."""
