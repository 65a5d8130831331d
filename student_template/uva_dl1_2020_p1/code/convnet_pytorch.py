"""The convolutional network of the assignment's figure 5, in PyTorch."""

from torch import nn


class ConvNet(nn.Module):
    """A small VGG13 with pre-activation skip connections.

    The layers, in order; all convolutions have stride 1:

        conv0      3x3, padding 1, n_channels to 64
        PreAct1    64
        conv1      1x1, padding 0, 64 to 128
        maxpool1   3x3, stride 2, padding 1
        PreAct2_a, PreAct2_b   128
        conv2      1x1, padding 0, 128 to 256
        maxpool2   3x3, stride 2, padding 1
        PreAct3_a, PreAct3_b   256
        conv3      1x1, padding 0, 256 to 512
        maxpool3   3x3, stride 2, padding 1
        PreAct4_a, PreAct4_b   512
        maxpool4   3x3, stride 2, padding 1
        PreAct5_a, PreAct5_b   512
        maxpool5   3x3, stride 2, padding 1
        batch normalization and ReLU
        linear     512 to n_classes

    A PreAct block of C channels computes x + conv(ReLU(BatchNorm(x))), where conv is a 3x3
    convolution with stride 1 and padding 1 from C to C channels. A layer called conv is a
    convolution alone: neither conv0 to conv3 nor the sum in a block has an activation after it.
    """

    def __init__(self, n_channels, n_classes):
        """Make a network. Leave the initial values of all layers as PyTorch sets them.

        Args:
            n_channels: Number of channels of the images, 3 for CIFAR-10.
            n_classes: Number of classes, which is the number of outputs.
        """
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers. A class of your own for the PreAct block saves typing.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Compute the outputs.

        Args:
            x: Images, shape (N, n_channels, 32, 32).

        Returns:
            out: Outputs of the linear layer, shape (N, n_classes), without a softmax.
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Send the images through the layers. Before the linear layer, 512 features of
        # size 1x1 are left of each image.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out
