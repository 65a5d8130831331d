"""Q5: networks in PyTorch, on bare tensors, as modules, and as a Sequential.

Letters in shapes: N batch, C classes, H and W height and width, KH and KW those of filters.
"""

# ruff: noqa: RUF059 - what is unpacked here is for the code that you will write

import torch
from torch import nn

USE_GPU = False
dtype = torch.float32
device = torch.device("cuda" if USE_GPU and torch.cuda.is_available() else "cpu")
print_every = 100  # iterations of training between two messages
loader_train = None  # set both to loaders of (images, classes) before you train
loader_val = None


def flatten(x):
    """Reshape (N, d_1, ..., d_M) to (N, d_1 * ... * d_M). This one is done."""
    return x.view(x.shape[0], -1)


# ------------------------------------------------------------------ Part II: bare tensors


def two_layer_fc(x, params):
    """Compute the scores of a fully connected network with one hidden layer and no biases.

    The architecture is: fully connected, ReLU, fully connected. PyTorch must be able to compute the
    gradients by the parameters.

    Args:
        x: Tensor of shape (N, d_1, ..., d_M), where d_1 * ... * d_M = D.
        params: List [w1, w2] of tensors: w1 of shape (D, H), w2 of shape (H, C).

    Returns:
        Scores, shape (N, C), without a softmax.
    """
    # --------------------------------------------------------------------------
    # TODO: Flatten x, and compute the scores.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("two_layer_fc is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def three_layer_convnet(x, params):
    """Compute the scores of a convolutional network.

    The architecture is:

    1. convolution with bias, channel_1 filters, zero-padding of two;
    2. ReLU;
    3. convolution with bias, channel_2 filters, zero-padding of one;
    4. ReLU;
    5. fully connected layer with bias, scores for C classes.

    There is no softmax at the end: the loss contains it.

    Args:
        x: Images, shape (N, 3, H, W).
        params: List of tensors, in this order:
            conv_w1: Filters of the first convolution, shape (channel_1, 3, KH1, KW1).
            conv_b1: Its biases, shape (channel_1,).
            conv_w2: Filters of the second convolution, shape (channel_2, channel_1, KH2, KW2).
            conv_b2: Its biases, shape (channel_2,).
            fc_w: Weights of the fully connected layer; has one row for each number that the
                second convolution gives for an image. All of its rows are used.
            fc_b: Its biases, shape (C,).

    Returns:
        Scores, shape (N, C).
    """
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    # --------------------------------------------------------------------------
    # TODO: Compute the scores.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("three_layer_convnet is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def random_weight(shape):
    """Draw a weight with Kaiming's normal initialization: N(0, 2 / fan_in).

    Args:
        shape: (inputs, outputs) of a fully connected layer, where fan_in is the number of inputs;
            or (filters, channels, KH, KW) of a convolution, where it is channels * KH * KW.

    Returns:
        A leaf tensor of that shape, of type `dtype`, on `device`, that requires gradients.
    """
    # --------------------------------------------------------------------------
    # TODO: Draw the weight.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("random_weight is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def zero_weight(shape):
    """Make a weight of zeros, as biases begin with.

    Args:
        shape: Shape of the weight.

    Returns:
        A leaf tensor of that shape, of type `dtype`, on `device`, that requires gradients.
    """
    # --------------------------------------------------------------------------
    # TODO: Make the weight.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("zero_weight is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def check_accuracy_part2(loader, model_fn, params):
    """Print how many samples of a loader a model gets right, without building a graph.

    Args:
        loader: Gives pairs (x, y): inputs (N, ...) and classes (N,).
        model_fn: Computes scores (N, C) = model_fn(x, params).
        params: List of tensors, the model's parameters.

    Prints a line such as `Got 12 / 64 correct (18.75%)`. You may return the fraction as well.
    """
    # --------------------------------------------------------------------------
    # TODO: Count the samples whose largest score is at the right class, and print the line.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("check_accuracy_part2 is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def train_part2(model_fn, params, learning_rate):
    """Train a model for one epoch with stochastic gradient descent, without momentum.

    Goes through `loader_train` once. For each batch: compute the mean cross-entropy of the scores,
    its gradients, and step each parameter against its gradient. Every `print_every` iterations,
    print the loss and call `check_accuracy_part2` on `loader_val`.

    Args:
        model_fn: Computes scores (N, C) = model_fn(x, params).
        params: List of leaf tensors that require gradients; they are changed in place.
        learning_rate: Factor of the gradient.
    """
    # --------------------------------------------------------------------------
    # TODO: Train. Mind that PyTorch adds to gradients that are there already.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("train_part2 is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


# ------------------------------------------------------------------ Parts III and IV: modules


class ThreeLayerConvNet(nn.Module):
    """The network of `three_layer_convnet` as a module, for images of 32 by 32 pixels.

    The first convolution has filters of 5 by 5 and a padding of two, the second of 3 by 3 and a
    padding of one. All three layers have biases. The weights of all three begin with Kaiming's
    normal initialization, N(0, 2 / fan_in).
    """

    def __init__(self, in_channel, channel_1, channel_2, num_classes):
        """Make the layers.

        Args:
            in_channel: Channels of the images.
            channel_1: Filters of the first convolution.
            channel_2: Filters of the second convolution.
            num_classes: Number of classes.
        """
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers, and draw their weights.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, x):
        """Compute the scores, without a softmax.

        Args:
            x: Images, shape (N, in_channel, 32, 32).

        Returns:
            Scores, shape (N, num_classes).
        """
        # --------------------------------------------------------------------------
        # TODO: Compute the scores with the layers that the constructor made.
        # Your code starts here.
        # --------------------------------------------------------------------------
        raise NotImplementedError("ThreeLayerConvNet.forward is not written yet")
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------


def make_sequential_convnet():
    """Make the same network with `nn.Sequential`.

    It takes images of shape (N, 3, 32, 32), has 32 filters of 5 by 5 with a padding of two, then 16
    of 3 by 3 with a padding of one, and gives scores (N, 6). All layers have biases.

    Returns:
        An `nn.Sequential`.
    """
    # --------------------------------------------------------------------------
    # TODO: Stack the layers.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("make_sequential_convnet is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def check_accuracy_part34(loader, model):
    """Print how many samples of a loader a module gets right.

    Puts the module into evaluation mode first, and builds no graph.

    Args:
        loader: Gives pairs (x, y): inputs (N, ...) and classes (N,).
        model: Module that computes scores (N, C).

    Prints a line such as `Got 12 / 64 correct (18.75%)`. You may return the fraction as well.
    """
    # --------------------------------------------------------------------------
    # TODO: Count the samples whose largest score is at the right class, and print the line.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("check_accuracy_part34 is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def train_part34(model, optimizer, epochs=1):
    """Train a module with an optimizer.

    Goes through `loader_train` once per epoch. For each batch: put the module into training mode,
    compute the mean cross-entropy of its scores and the gradients, and let the optimizer step.
    Every `print_every` iterations, print the loss and call `check_accuracy_part34` on `loader_val`.

    Args:
        model: Module that computes scores (N, C).
        optimizer: Of the module's parameters.
        epochs: How often to go through the training data.
    """
    # --------------------------------------------------------------------------
    # TODO: Train.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("train_part34 is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
