"""Homework 1: fill in what raises NotImplementedError."""

import numpy as np
import torch
import torch.nn as nn

# ------------------------------------------------------------------------------------------------
# Question 1: an MLP with NumPy
# ------------------------------------------------------------------------------------------------


class NN:
    """A perceptron: 784 inputs, two hidden layers of 128 and 64 units, softmax over 10 classes.

    Shapes: N is the number of examples, h0 = 784, h1 = 128, h2 = 64, h3 = 10. `self.weights` holds
    W1 (h0, h1), W2 (h1, h2), W3 (h2, h3) and b1 (1, h1), b2 (1, h2), b3 (1, h3).
    """

    def __init__(self, hidden_dims=(128, 64), activation="relu", lr=0.01, seed=None):
        """Make a network whose weights are still to be drawn by `initialize_weights`.

        Args:
            hidden_dims: Sizes of the hidden layers.
            activation: "relu", "tanh" or "sigmoid"; used in the hidden layers.
            lr: Learning rate of `update`.
            seed: Of NumPy's random generator; None leaves it as it is.
        """
        self.dims = (784, *hidden_dims, 10)
        self.n_layers = len(self.dims) - 1
        self.activation_str = activation
        self.lr = lr
        self.seed = seed
        self.weights = {}

    def initialize_weights(self):
        """Fill self.weights with W1, b1, W2, b2, W3, b3 (question 1.1). Returns nothing.

        The biases are done. Draw every weight from the uniform distribution between
        -1/sqrt(h0) and 1/sqrt(h0), with h0 = 784 for all layers.
        """
        if self.seed is not None:
            np.random.seed(self.seed)
        self.weights = {}
        for i in range(1, self.n_layers + 1):
            self.weights[f"b{i}"] = np.zeros((1, self.dims[i]))
        raise NotImplementedError("1.1: draw self.weights['W1'], ['W2'] and ['W3']")

    def relu(self, x, grad=False):
        """ReLU of an array of any shape, element by element (1.2).

        With grad=True, its derivative with respect to x, in the shape of x; 0 where x is 0.
        """
        raise NotImplementedError("1.2: write relu")

    def tanh(self, x, grad=False):
        """Hyperbolic tangent of an array of any shape, or its derivative by x (1.2)."""
        raise NotImplementedError("1.2: write tanh")

    def sigmoid(self, x, grad=False):
        """1 / (1 + exp(-x)) of an array of any shape, or its derivative by x (1.2)."""
        raise NotImplementedError("1.2: write sigmoid")

    def softmax(self, x):
        """Probabilities of scores (N, K): exp(x) over its sum along the classes (1.2).

        Returns an array (N, K) whose rows sum to 1. Scores around 1000 must not overflow.
        """
        raise NotImplementedError("1.2: write softmax")

    def activation(self, x, activation_str=None, grad=False):
        """What relu, tanh or sigmoid gives, whichever `activation_str` names (1.2).

        Args:
            x: An array.
            activation_str: Its name; self.activation_str where it is None.
            grad: Whether the derivative is wanted.
        """
        raise NotImplementedError("1.2: choose the activation")

    def forward(self, x):
        """Run the network (1.3).

        Args:
            x: Examples in rows, (N, h0).

        Returns:
            cache: A dict with A0 = x; for i = 1, 2, 3 the pre-activations Zi = A(i-1) Wi + bi and
            the activations Ai, both (N, hi). A1 and A2 are the activation of Z1 and Z2, A3 is the
            softmax of Z3.
        """
        raise NotImplementedError("1.3: write the forward pass")

    def loss(self, prediction, labels):
        """Cross-entropy, averaged over the examples (1.4).

        Args:
            prediction: Probabilities, (N, 10).
            labels: One-hot rows, (N, 10).

        Returns:
            A number.
        """
        raise NotImplementedError("1.4: write the loss")

    def backward(self, cache, labels):
        """Gradients of the loss (1.5).

        Args:
            cache: What `forward` returned.
            labels: One-hot rows, (N, 10).

        Returns:
            grads: A dict with dW1, db1, dW2, db2, dW3, db3 in the shapes of the parameters,
            averaged over the examples; and dZ3, dA2, dZ2, dA1, dZ1 in the shapes of Z3, A2, Z2, A1,
            Z1, one row for each example, not averaged.
        """
        raise NotImplementedError("1.5: write the backward pass")

    def update(self, grads):
        """Change every parameter in self.weights by -lr times its gradient (1.6). Returns nothing.

        Args:
            grads: A dict with dW1, db1, ... as `backward` returns it.
        """
        raise NotImplementedError("1.6: write the update")


# ------------------------------------------------------------------------------------------------
# Question 2: layers of a CNN with NumPy
# ------------------------------------------------------------------------------------------------


class Convolution2dLayer:
    """64 filters of 3 by 3 on images with one channel; stride 1, no padding."""

    def __init__(self, filters=64, filter_size=3, seed=None):
        """Make a layer whose weights are still to be drawn by `initialize_weights`."""
        self.filters = filters
        self.filter_size = filter_size
        self.seed = seed

    def initialize_weights(self):
        """Set self.weights to a dict with W (64, 1, 3, 3) and b (64,) (2.1). Returns nothing.

        Draw W from any distribution around 0 that you find sensible; b is zero.
        """
        raise NotImplementedError("2.1: draw self.weights['W'] and set self.weights['b']")

    def forward(self, x):
        """Convolve images (2.1).

        Args:
            x: (n, 1, 32, 32).

        Returns:
            (n, 64, 30, 30): each filter times each window of 3 by 3, summed, plus the filter's
            bias. The filters are not flipped. Keep what `backward` needs as attributes.
        """
        raise NotImplementedError("2.1: write the forward pass")

    def backward(self, dout):
        """Gradients of the loss with respect to the parameters (2.2).

        Args:
            dout: Its gradient with respect to the output of the last `forward`, (n, 64, 30, 30).

        Returns:
            A dict with dW (64, 1, 3, 3) and db (64,).
        """
        raise NotImplementedError("2.2: write the backward pass")


class MaxPooling2dLayer:
    """The largest number of each window of 2 by 2; stride 2."""

    def forward(self, x):
        """Pool (n, C, H, W) with even H and W to (n, C, H/2, W/2) (2.3).

        Keep what `backward` needs as attributes.
        """
        raise NotImplementedError("2.3: write the forward pass")

    def backward(self, dout):
        """Gradient of the loss with respect to the input of the last `forward` (2.4).

        Args:
            dout: Its gradient with respect to the output, (n, C, H/2, W/2).

        Returns:
            (n, C, H, W).
        """
        raise NotImplementedError("2.4: write the backward pass")


# ------------------------------------------------------------------------------------------------
# Question 3: ResNet-18 with PyTorch
# ------------------------------------------------------------------------------------------------


class ResidualBlock(nn.Module):
    """activation(BN(conv(activation(BN(conv(x))))) + residual(x)).

    Both convolutions are 3 by 3 with padding 1; the first one has the block's stride. No
    convolution has a bias, and behind each one is a BatchNorm2d.
    """

    def __init__(self, in_channels, out_channels, stride=1, activation="relu"):
        """Make the layers (3.1).

        Args:
            in_channels: Channels of the input.
            out_channels: Channels of the output.
            stride: 1, or 2 where the block halves height and width.
            activation: "relu" or "tanh".
        """
        super().__init__()
        raise NotImplementedError("3.1: make the block's layers")

    def activation(self, x):
        """Apply the activation that was chosen (3.1)."""
        raise NotImplementedError("3.1: write activation")

    def residual(self, x):
        """Give x itself, or BN of a 1 by 1 convolution of x where the block changes shape (3.1).

        That convolution has the block's stride, no padding and no bias.
        """
        raise NotImplementedError("3.1: write residual")

    def forward(self, x):
        """Map x (N, in_channels, H, W) to (N, out_channels, H/stride, W/stride) (3.1)."""
        raise NotImplementedError("3.1: write forward")


class ResNet18(nn.Module):
    """ResNet-18 for images of 32 by 32.

    A 3 by 3 convolution with 64 channels, stride 1 and padding 1, BatchNorm2d and activation; four
    layers of two residual blocks each, with 64, 128, 256 and 512 channels, the last three of which
    begin with stride 2, so that the maps are 32, 16, 8 and 4 wide; the average over each map; a
    linear layer. That is 11,173,962 parameters.
    """

    def __init__(self, num_classes=10, activation="relu"):
        """Make the layers (3.2).

        Args:
            num_classes: Number of outputs.
            activation: "relu" or "tanh", in all layers.
        """
        super().__init__()
        raise NotImplementedError("3.2: make the network's layers")

    def _create_layer(self, in_channels, out_channels, stride):
        """Make a layer of two residual blocks, the first with the given stride (3.2)."""
        raise NotImplementedError("3.2: write _create_layer")

    def forward(self, x):
        """Map images (N, 3, 32, 32) to scores (N, num_classes), without a softmax (3.2)."""
        raise NotImplementedError("3.2: write forward")


class MLP(nn.Module):
    """An MLP with as many parameters as ResNet18, give or take a tenth (3.8)."""

    def __init__(self, num_classes=10):
        """Make linear layers and activations; convolutions would make it no MLP."""
        super().__init__()
        raise NotImplementedError("3.8: make the layers")

    def forward(self, x):
        """Map images (N, 3, 32, 32) to scores (N, num_classes)."""
        raise NotImplementedError("3.8: write forward")


def train_loop(model, dataloader, criterion, optimizer, device):
    """Train a model for one epoch (3.3).

    Args:
        model: An nn.Module that gives scores. It is to be in training mode.
        dataloader: Gives pairs of inputs and labels.
        criterion: Gives the mean loss of scores and labels.
        optimizer: Of the model's parameters; takes one step for each batch.
        device: Where the batches have to go.

    Returns:
        (loss, accuracy): the mean loss over the epoch, and the fraction of examples whose largest
        score was at the right class, both from the scores before each step.
    """
    raise NotImplementedError("3.3: write train_loop")


def valid_loop(model, dataloader, criterion, device):
    """Measure a model, which is to be in evaluation mode and is not changed (3.3).

    Returns:
        (loss, accuracy): the mean loss and the fraction of right examples.
    """
    raise NotImplementedError("3.3: write valid_loop")


if __name__ == "__main__":
    # Try your code here; this part is not run when the file is graded.
    torch.manual_seed(0)
