"""Q5 in TensorFlow: networks on bare tensors, and as models of Keras at three levels.

Images are (N, H, W, channels). Letters in shapes: N batch, C classes, H and W height and width, KH
and KW those of filters.
"""

# ruff: noqa: RUF059 - what is unpacked here is for the code that you will write

import tensorflow as tf

USE_GPU = False
device = "/device:GPU:0" if USE_GPU else "/cpu:0"
print_every = 100  # iterations of training between two messages


def flatten(x):
    """Reshape (N, d_1, ..., d_M) to (N, d_1 * ... * d_M). This one is done."""
    return tf.reshape(x, (tf.shape(x)[0], -1))


# ------------------------------------------------------------------ Part II: bare tensors


def two_layer_fc(x, params):
    """Compute the scores of a fully connected network with one hidden layer and no biases.

    The architecture is: fully connected, ReLU, fully connected. TensorFlow must be able to compute
    the gradients by the parameters.

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
        x: Images, shape (N, H, W, 3).
        params: List of tensors, in this order:
            conv_w1: Filters of the first convolution, shape (KH1, KW1, 3, channel_1).
            conv_b1: Its biases, shape (channel_1,).
            conv_w2: Filters of the second convolution, shape (KH2, KW2, channel_1, channel_2).
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


def training_step(model_fn, x, y, params, learning_rate):
    """Change the parameters by one step of gradient descent, without momentum.

    The loss is the mean over the batch of the cross-entropy of the scores.

    Args:
        model_fn: Computes scores (N, C) = model_fn(x, params).
        x: Images of a batch, shape (N, H, W, 3).
        y: Their classes, integers of shape (N,).
        params: List of `tf.Variable`; they are changed in place, each by -learning_rate times its
            gradient.
        learning_rate: Factor of the gradient.

    Returns:
        The loss, a number, as it was before the step.
    """
    # --------------------------------------------------------------------------
    # TODO: Compute the loss and its gradients, and step.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("training_step is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def check_accuracy(dset, x, model_fn, params):
    """Print how many samples of a data set a model gets right.

    Args:
        dset: Gives pairs (images, classes), as NumPy arrays (N, H, W, 3) and (N,). The last batch
            may be shorter than the others.
        x: Images of one batch; you need not use them.
        model_fn: Computes scores (N, C) = model_fn(x, params).
        params: List of tensors, the model's parameters.

    Prints a line such as `Got 12 / 64 correct (18.75%)`. You may return the fraction as well.
    """
    # --------------------------------------------------------------------------
    # TODO: Count the samples whose largest score is at the right class, and print the line.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("check_accuracy is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def create_matrix_with_kaiming_normal(shape):
    """Draw a weight with Kaiming's normal initialization: N(0, 2 / fan_in).

    Args:
        shape: (inputs, outputs) of a fully connected layer, where fan_in is the number of inputs;
            or (KH, KW, channels, filters) of a convolution, where it is KH * KW * channels.

    Returns:
        A tensor of that shape.
    """
    # --------------------------------------------------------------------------
    # TODO: Draw the weight.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("create_matrix_with_kaiming_normal is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def two_layer_fc_init():
    """Make the parameters of `two_layer_fc` for images (32, 32, 3) and 6 classes.

    Returns:
        List [w1, w2] of `tf.Variable`, drawn with Kaiming's normal initialization: w1 of shape
        (3072, 4000), w2 of shape (4000, 6).
    """
    # --------------------------------------------------------------------------
    # TODO: Make the variables.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("two_layer_fc_init is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def three_layer_convnet_init():
    """Make the parameters of `three_layer_convnet` for images (32, 32, 3) and 6 classes.

    The first convolution has 32 filters of 5 by 5, the second has 16 of 3 by 3. Weights are drawn
    with Kaiming's normal initialization; biases may begin with zeros.

    Returns:
        List [conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b] of `tf.Variable`.
    """
    # --------------------------------------------------------------------------
    # TODO: Make the variables.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("three_layer_convnet_init is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


# ------------------------------------------------------------------ Part III: models as classes


class TwoLayerFC(tf.keras.Model):
    """A fully connected network with one hidden layer.

    The architecture is: flatten, fully connected with bias, ReLU, fully connected with bias,
    softmax. Weights begin with a variance scaling (`tf.initializers.VarianceScaling`) of scale 2.
    """

    def __init__(self, hidden_size, num_classes):
        """Make the layers.

        Args:
            hidden_size: Units of the hidden layer.
            num_classes: Number of classes.
        """
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def call(self, x, training=False):
        """Compute the probabilities of the classes.

        Args:
            x: Tensor of shape (N, d_1, ..., d_M).
            training: Whether the model is being trained; here it makes no difference.

        Returns:
            Probabilities, shape (N, num_classes); each row sums to 1.
        """
        # --------------------------------------------------------------------------
        # TODO: Compute the probabilities with the layers that the constructor made.
        # Your code starts here.
        # --------------------------------------------------------------------------
        raise NotImplementedError("TwoLayerFC.call is not written yet")
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------


class ThreeLayerConvNet(tf.keras.Model):
    """The network of `three_layer_convnet` as a model, with a softmax at its end.

    The first convolution has filters of 5 by 5 and a padding of two, the second of 3 by 3 and a
    padding of one. All three layers have biases. Weights begin with a variance scaling of scale 2.
    """

    def __init__(self, channel_1, channel_2, num_classes):
        """Make the layers.

        Args:
            channel_1: Filters of the first convolution.
            channel_2: Filters of the second convolution.
            num_classes: Number of classes.
        """
        super().__init__()
        # --------------------------------------------------------------------------
        # TODO: Make the layers.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def call(self, x, training=False):
        """Compute the probabilities of the classes.

        Args:
            x: Images, shape (N, H, W, channels).
            training: Whether the model is being trained; here it makes no difference.

        Returns:
            Probabilities, shape (N, num_classes); each row sums to 1.
        """
        # --------------------------------------------------------------------------
        # TODO: Compute the probabilities with the layers that the constructor made.
        # Your code starts here.
        # --------------------------------------------------------------------------
        raise NotImplementedError("ThreeLayerConvNet.call is not written yet")
        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------


# ------------------------------------------------------------------ Parts IV and V


def make_sequential_convnet():
    """Make the network of `ThreeLayerConvNet` with `tf.keras.Sequential`.

    It takes images of shape (N, 32, 32, 3), has 32 filters of 5 by 5 with a padding of two, then 16
    of 3 by 3 with a padding of one, and gives probabilities (N, 6). All layers have biases.

    Returns:
        A `tf.keras.Sequential`.
    """
    # --------------------------------------------------------------------------
    # TODO: Stack the layers.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("make_sequential_convnet is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def two_layer_fc_functional(input_shape, hidden_size, num_classes):
    """Make the network of `TwoLayerFC` with the functional interface of Keras.

    Args:
        input_shape: Shape of one input without the batch, such as (32, 32, 3).
        hidden_size: Units of the hidden layer.
        num_classes: Number of classes.

    Returns:
        A `tf.keras.Model` that gives probabilities (N, num_classes).
    """
    # --------------------------------------------------------------------------
    # TODO: Connect the layers, and make the model.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("two_layer_fc_functional is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------


def make_sequential_optimizer():
    """Make the optimizer that trains the convolutional networks.

    Returns:
        An optimizer of Keras: gradient descent with Nesterov's momentum of 0.9, with a learning
        rate of your choice.
    """
    # --------------------------------------------------------------------------
    # TODO: Make the optimizer.
    # Your code starts here.
    # --------------------------------------------------------------------------
    raise NotImplementedError("make_sequential_optimizer is not written yet")
    # --------------------------------------------------------------------------
    # Your code ends here.
    # --------------------------------------------------------------------------
