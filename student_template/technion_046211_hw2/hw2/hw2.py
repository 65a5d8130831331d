"""Functions and networks of the notebook: copy them here, with the imports that they need.

Letters in shapes: N batch.
"""

import torch  # noqa: F401 - for the code that you will write
from torch import nn

# ---------------------------------------------------------------- Task 1: initialization


def xavier_init(fan_in, fan_out):
    """Draw the weights of a layer by Xavier's uniform initialization.

    The weights are uniform between -b and b, with b = sqrt(6 / (fan_in + fan_out)).

    Args:
        fan_in: Number of inputs of the layer.
        fan_out: Number of its outputs.

    Returns:
        Tensor of shape (fan_in, fan_out) or (fan_out, fan_in), as you like.
    """
    # --------------------------------------------------------------------------
    # TODO: Draw the weights, and return them.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("xavier_init is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def kaiming_init(fan_in, fan_out):
    """Draw the weights of a layer by Kaiming's normal initialization, in the mode fan_in.

    The weights are normal, of mean 0 and standard deviation sqrt(2 / fan_in).

    Args:
        fan_in: Number of inputs of the layer.
        fan_out: Number of its outputs.

    Returns:
        Tensor of shape (fan_in, fan_out) or (fan_out, fan_in), as you like.
    """
    # --------------------------------------------------------------------------
    # TODO: Draw the weights, and return them.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("kaiming_init is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


# ---------------------------------------------------------------- Task 2: an MLP for MAGIC


class MLP(nn.Module):
    """The network for the MAGIC data: ten features, two classes.

    Layers, activations, initialization and regularization are yours to choose. `MLP()` has to make
    the network that you settled on, so give every argument of the constructor a default.
    """

    def __init__(self):
        """Make the layers."""
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Compute the scores.

        Args:
            x: Features, standardized, shape (N, 10).

        Returns:
            The score of class 1, shape (N, 1) or (N,), as nn.BCEWithLogitsLoss takes it: without a
            sigmoid. Or the scores of both classes, shape (N, 2), without a softmax.
        """
        # --------------------------------------------------------------------------
        # TODO: Run x through all layers, and return the scores.
        # Your code starts here.
        # --------------------------------------------------------------------------
        raise NotImplementedError("MLP.forward is not written yet")
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------


# ---------------------------------------------------------------- Task 3: a CNN for Imagenette


class CNN(nn.Module):
    """The network for Imagenette: images of 64 by 64, ten classes.

    BatchNorm is not allowed, in no form; other normalizations are. Everything else is yours to
    choose, but for weights that were trained before. `CNN()` has to make the network that you
    settled on, so give every argument of the constructor a default.
    """

    def __init__(self):
        """Make the layers."""
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Compute the scores.

        Args:
            x: Images, normalized, shape (N, 3, 64, 64).

        Returns:
            Scores, shape (N, 10), as nn.CrossEntropyLoss takes them: without a softmax.
        """
        # --------------------------------------------------------------------------
        # TODO: Run x through all layers, and return the scores.
        # Your code starts here.
        # --------------------------------------------------------------------------
        raise NotImplementedError("CNN.forward is not written yet")
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
