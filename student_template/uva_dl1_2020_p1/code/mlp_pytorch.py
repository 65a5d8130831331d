"""A multi-layer perceptron in PyTorch.

It has the interface of the one in mlp_numpy.py, but PyTorch's layers and automatic differentiation
do the work. Once it trains, change it: question 2.1 asks for the best accuracy that you can get.
"""

from torch import nn


class MLP(nn.Module):
    """A perceptron: linear layers with an activation after each but the last."""

    def __init__(self, n_inputs, n_hidden, n_classes):
        """Make a network.

        Args:
            n_inputs: Number of features of an input.
            n_hidden: List of integers, the number of units of each hidden layer. An empty list
                means that there is one linear layer only, from the inputs to the classes
                (multinomial logistic regression).
            n_classes: Number of classes, which is the number of outputs.
        """
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers. Those kept in a plain Python list are not found by
        # `parameters()`; use nn.Sequential or nn.ModuleList.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Compute the outputs.

        Args:
            x: Inputs, shape (N, n_inputs); any batch size N.

        Returns:
            out: Outputs, shape (N, n_classes): one number per class, the largest for the class
                that is predicted. Give the scores before the softmax if your loss is
                nn.CrossEntropyLoss, which contains the softmax.
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Send the inputs through the layers.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out
