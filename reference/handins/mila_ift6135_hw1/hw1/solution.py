"""The assignment's classes and functions, made of the reference's."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from reference.arrays import Array
from reference.layers import named_activation
from reference.layers.convolution import convolution_backward, convolution_forward
from reference.layers.pooling import max_pool_backward, max_pool_forward
from reference.models import softmax_perceptron
from reference.models.classifier_evaluation import average_by_samples
from reference.models.epoch import descend
from reference.models.residual_network import BasicBlock, ResidualNet18

Named = dict[str, Array]
Batches = DataLoader[tuple[Tensor, ...]]


class NN:
    """A perceptron with 784 inputs, two hidden layers and a softmax over 10 classes."""

    def __init__(
        self,
        hidden_dims: Sequence[int] = (128, 64),
        activation: str = "relu",
        lr: float = 0.01,
        seed: int | None = None,
    ) -> None:
        """Set the sizes; the weights are drawn by `initialize_weights`."""
        self.dims = (784, *hidden_dims, 10)
        self.activation_str = activation
        self.lr = lr
        self.rng = np.random.default_rng(seed)
        self.weights: Named = {}

    def initialize_weights(self) -> None:
        """Draw W1, W2, W3 from U[-1/sqrt(784), 1/sqrt(784)]; b1, b2, b3 are zero."""
        self.weights = softmax_perceptron.zero_biases(self.dims)
        self.weights |= softmax_perceptron.uniform_weights(self.dims, self.rng)

    def relu(self, x: Array, grad: bool = False) -> Array:
        """Apply ReLU, or its derivative."""
        return self.activation(x, "relu", grad)

    def tanh(self, x: Array, grad: bool = False) -> Array:
        """Apply tanh, or its derivative."""
        return self.activation(x, "tanh", grad)

    def sigmoid(self, x: Array, grad: bool = False) -> Array:
        """Apply the logistic sigmoid, or its derivative."""
        return self.activation(x, "sigmoid", grad)

    def softmax(self, x: Array) -> Array:
        """Turn scores into probabilities along the last axis."""
        return named_activation.softmax(x)

    def activation(self, x: Array, activation_str: str | None = None, grad: bool = False) -> Array:
        """Apply the activation of that name, or its derivative."""
        function, derivative = named_activation.activation(activation_str or self.activation_str)
        return derivative(x) if grad else function(x)

    def forward(self, x: Array) -> Named:
        """Return Z1, A1, Z2, A2, Z3, A3 of x (N, 784), and x as A0."""
        return softmax_perceptron.forward(self.weights, x, self.activation_str)

    def loss(self, prediction: Array, labels: Array) -> float:
        """Average the cross-entropy of probabilities (N, 10) and one-hot labels (N, 10)."""
        return softmax_perceptron.cross_entropy(prediction, labels)

    def backward(self, cache: Named, labels: Array) -> Named:
        """Return the gradients of the loss by weights, biases, pre-activations, activations."""
        return softmax_perceptron.backward(self.weights, cache, labels, self.activation_str)

    def update(self, grads: Named) -> None:
        """Take a step of gradient descent."""
        for name in self.weights:
            self.weights[name] = self.weights[name] - self.lr * grads["d" + name]


class Convolution2dLayer:
    """64 filters of 3 by 3 on one channel, stride 1, no padding."""

    def __init__(self, filters: int = 64, filter_size: int = 3, seed: int | None = None) -> None:
        """Set the sizes; the weights are drawn by `initialize_weights`."""
        self.shape = (filters, 1, filter_size, filter_size)
        self.rng = np.random.default_rng(seed)
        self.padding = 0

    def initialize_weights(self) -> None:
        """Draw W (filters, 1, 3, 3) from U[-1/3, 1/3]; b (filters,) is zero."""
        bound = (self.shape[2] * self.shape[3]) ** -0.5
        self.weights = {"W": self.rng.uniform(-bound, bound, self.shape)}
        self.weights["b"] = np.zeros(self.shape[0])

    def forward(self, x: Array) -> Array:
        """Map images (n, 1, 32, 32) to (n, 64, 30, 30)."""
        out, self.cache = convolution_forward(
            x, self.weights["W"], self.weights["b"], stride=1, pad=self.padding
        )
        return out

    def backward(self, dout: Array) -> Named:
        """Return the gradients dW and db."""
        _, dw, db = convolution_backward(dout, self.cache)
        return {"dW": dw, "db": db}


class MaxPooling2dLayer:
    """Maxima of windows of 2 by 2 that do not overlap."""

    def forward(self, x: Array) -> Array:
        """Map (n, C, H, W) to (n, C, H/2, W/2)."""
        out, self.cache = max_pool_forward(x, height=2, width=2, stride=2)
        return out

    def backward(self, dout: Array) -> Array:
        """Return the gradient by the input of the last forward pass."""
        return max_pool_backward(dout, self.cache)


class ResidualBlock(nn.Module):
    """Two convolutions of 3 by 3 and a residual connection."""

    def __init__(
        self, in_channels: int, out_channels: int, stride: int = 1, activation: str = "relu"
    ) -> None:
        """Make the block; its parts are those of the reference's block."""
        super().__init__()
        self.block = BasicBlock(in_channels, out_channels, stride, activation)

    def activation(self, x: Tensor) -> Tensor:
        """Apply the activation that was chosen."""
        return self.block.function(x)

    def residual(self, x: Tensor) -> Tensor:
        """Return x, or its projection where the block changes shape."""
        out: Tensor = self.block.shortcut(x)
        return out

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, in, H, W) to (N, out, H/stride, W/stride)."""
        out: Tensor = self.block(x)
        return out


class ResNet18(ResidualNet18):
    """`ResNet18(num_classes=10, activation="relu")`: scores of images (N, 3, 32, 32)."""

    def __init__(self, num_classes: int = 10, activation: str = "relu") -> None:
        """Make the network of the assignment's blocks."""
        super().__init__(num_classes, activation, ResidualBlock)


class MLP(nn.Sequential):
    """About as many parameters as the ResNet-18: 11,253,160."""

    def __init__(self, num_classes: int = 10) -> None:
        """Make two hidden layers of 2,150."""
        super().__init__(
            nn.Flatten(),
            nn.Linear(3 * 32 * 32, 2150),
            nn.ReLU(),
            nn.Linear(2150, 2150),
            nn.ReLU(),
            nn.Linear(2150, num_classes),
        )


def train_loop(
    model: nn.Module,
    dataloader: Batches,
    criterion: Any,
    optimizer: torch.optim.Optimizer,
    device: Any,
) -> tuple[float, float]:
    """Train for one epoch; return mean loss and accuracy."""
    return descend(model, _on(dataloader, device), criterion, optimizer)


def valid_loop(
    model: nn.Module, dataloader: Batches, criterion: Any, device: Any
) -> tuple[float, float]:
    """Return mean loss and accuracy in evaluation mode."""
    model.eval()
    return average_by_samples(_on(dataloader, device), model, criterion)


def _on(dataloader: Batches, device: Any) -> Iterator[tuple[Tensor, Tensor]]:
    for x, y in dataloader:
        yield x.to(device), y.to(device)
