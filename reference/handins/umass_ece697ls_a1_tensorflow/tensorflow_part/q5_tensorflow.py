"""Q5 in TensorFlow: networks on bare tensors and as Keras models. Images are (N, H, W, channels).

Letters in shapes: N batch, C classes, H and W height and width, KH and KW those of filters.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow as tf

# TensorFlow has no types that a checker can read, so a tensor is anything here.
Tensor = Any
ModelFunction = Callable[[Tensor, list[Tensor]], Tensor]


def flatten(x: Tensor) -> Tensor:
    """Reshape (N, d_1, ..., d_M) to (N, D)."""
    return tf.reshape(x, (tf.shape(x)[0], -1))


def two_layer_fc(x: Tensor, params: list[Tensor]) -> Tensor:
    """Compute the scores of one hidden layer without biases."""
    w1, w2 = params
    return tf.nn.relu(flatten(x) @ w1) @ w2


def three_layer_convnet(x: Tensor, params: list[Tensor]) -> Tensor:
    """Compute the scores of two convolutions and a fully connected layer."""
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    x = tf.nn.relu(_convolve(x, conv_w1, 2) + conv_b1)
    x = tf.nn.relu(_convolve(x, conv_w2, 1) + conv_b2)
    return flatten(x) @ fc_w + fc_b


def _convolve(x: Tensor, w: Tensor, pad: int) -> Tensor:
    both = (pad, pad)
    return tf.nn.conv2d(x, w, strides=1, padding=((0, 0), both, both, (0, 0)))


def training_step(
    model_fn: ModelFunction, x: Tensor, y: Tensor, params: list[Tensor], learning_rate: float
) -> Tensor:
    """Change the parameters by one step of gradient descent, and return the mean loss."""
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, model_fn(x, params))
        total_loss = tf.reduce_mean(losses)
    for w, gradient in zip(params, tape.gradient(total_loss, params), strict=True):
        w.assign_sub(learning_rate * gradient)
    return total_loss


def check_accuracy(
    dset: Iterable[tuple[Any, Any]], x: Tensor, model_fn: ModelFunction, params: list[Tensor]
) -> None:
    """Print how many samples a function gets right."""
    correct = samples = 0
    for images, classes in dset:
        correct += int((model_fn(images, params).numpy().argmax(axis=1) == classes).sum())
        samples += len(classes)
    percent = 100 * correct / samples
    print(f"Got {correct} / {samples} correct ({percent:.2f}%)")  # noqa: T201  # it is asked for


def create_matrix_with_kaiming_normal(shape: Sequence[int]) -> Tensor:
    """Draw from N(0, 2 / fan_in) (He et al. 2015, equation 10)."""
    return tf.random.normal(shape) * math.sqrt(2 / math.prod(shape[:-1]))


def two_layer_fc_init() -> list[Tensor]:
    """Make the weights of 4000 hidden units for 32 by 32 color images and 6 classes."""
    shapes = [(32 * 32 * 3, 4000), (4000, 6)]
    return [tf.Variable(create_matrix_with_kaiming_normal(shape)) for shape in shapes]


def three_layer_convnet_init() -> list[Tensor]:
    """Make the parameters of 32 filters of 5 by 5, then 16 of 3 by 3, and 6 classes."""
    params = []
    for shape in ((5, 5, 3, 32), (3, 3, 32, 16), (32 * 32 * 16, 6)):
        params.append(tf.Variable(create_matrix_with_kaiming_normal(shape)))
        params.append(tf.Variable(tf.zeros(shape[-1:])))
    return params


def _stack(layers: Sequence[Any]) -> Any:
    return tf.keras.Sequential([*layers, tf.keras.layers.Softmax()])


def _dense(units: int, activation: str | None = None) -> Any:
    initial = tf.keras.initializers.VarianceScaling(scale=2.0)
    return tf.keras.layers.Dense(units, activation=activation, kernel_initializer=initial)


def _convolution(filters: int, size: int) -> Any:
    # "same" is a padding of two for filters of 5 by 5, and of one for those of 3 by 3.
    return tf.keras.layers.Conv2D(
        filters,
        size,
        padding="same",
        activation="relu",
        kernel_initializer=tf.keras.initializers.VarianceScaling(scale=2.0),
    )


def _two_layers(hidden_size: int, num_classes: int) -> Any:
    return _stack([tf.keras.layers.Flatten(), _dense(hidden_size, "relu"), _dense(num_classes)])


def _three_layers(channel_1: int, channel_2: int, num_classes: int) -> Any:
    convolutions = [_convolution(channel_1, 5), _convolution(channel_2, 3)]
    return _stack([*convolutions, tf.keras.layers.Flatten(), _dense(num_classes)])


class TwoLayerFC(tf.keras.Model):  # type: ignore[misc]  # TensorFlow has no types
    """One hidden layer with biases; gives probabilities."""

    def __init__(self, hidden_size: int, num_classes: int) -> None:
        """Make the layers."""
        super().__init__()
        self.stack = _two_layers(hidden_size, num_classes)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Compute the probabilities (N, C)."""
        return self.stack(x, training=training)


class ThreeLayerConvNet(tf.keras.Model):  # type: ignore[misc]  # as above
    """Two convolutions and a fully connected layer; gives probabilities."""

    def __init__(self, channel_1: int, channel_2: int, num_classes: int) -> None:
        """Make the layers."""
        super().__init__()
        self.stack = _three_layers(channel_1, channel_2, num_classes)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Compute the probabilities (N, C)."""
        return self.stack(x, training=training)


def make_sequential_convnet() -> Any:
    """Make the network of the assignment's own size."""
    return _three_layers(32, 16, 6)


def two_layer_fc_functional(
    input_shape: tuple[int, ...], hidden_size: int, num_classes: int
) -> Any:
    """Make one hidden layer with the functional interface."""
    inputs = tf.keras.Input(shape=input_shape)
    return tf.keras.Model(inputs, _two_layers(hidden_size, num_classes)(inputs))


def make_sequential_optimizer() -> Any:
    """Make gradient descent with Nesterov's momentum."""
    return tf.keras.optimizers.SGD(learning_rate=5e-4, momentum=0.9, nesterov=True)
