"""Q5: the assignment's names around the reference networks and loops."""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from reference import kaiming
from reference.models import classifier_evaluation, gradient_descent, stacked_convnets
from reference.models.classifier_evaluation import Batches

dtype = torch.float32
print_every = 100
loader_train: Batches = ()
loader_val: Batches = ()

ModelFunction = Callable[[Tensor, Sequence[Tensor]], Tensor]


def flatten(x: Tensor) -> Tensor:
    """Reshape (N, d_1, ..., d_M) to (N, D)."""
    return x.flatten(1)


def two_layer_fc(x: Tensor, params: Sequence[Tensor]) -> Tensor:
    """Compute the scores of one hidden layer without biases."""
    return stacked_convnets.two_layer_scores(x, params)


def three_layer_convnet(x: Tensor, params: Sequence[Tensor]) -> Tensor:
    """Compute the scores of two convolutions and a fully connected layer."""
    return stacked_convnets.three_layer_scores(x, params)


def random_weight(shape: Sequence[int]) -> Tensor:
    """Draw from N(0, 2 / fan_in)."""
    return kaiming.kaiming_normal(shape, dtype)


def zero_weight(shape: Sequence[int]) -> Tensor:
    """Make zeros that require gradients."""
    return torch.zeros(tuple(shape), dtype=dtype, requires_grad=True)


def check_accuracy_part2(loader: Batches, model_fn: ModelFunction, params: list[Tensor]) -> None:
    """Print how many samples a function gets right."""
    _say(*classifier_evaluation.count_correct(loader, lambda x: model_fn(x, params)))


def train_part2(model_fn: ModelFunction, params: list[Tensor], learning_rate: float) -> None:
    """Train bare tensors for one epoch."""
    losses = gradient_descent.descend(model_fn, params, loader_train, learning_rate)
    for loss in _every(losses):
        print(f"loss {loss:.4f}")  # noqa: T201  # the assignment asks for it
        check_accuracy_part2(loader_val, model_fn, params)


class ThreeLayerConvNet(stacked_convnets.UnpooledConvNet):
    """The network as a module, with Kaiming's initial weights."""

    def __init__(self, in_channel: int, channel_1: int, channel_2: int, num_classes: int) -> None:
        """Make a network; see the base class for the arguments."""
        super().__init__(in_channel, channel_1, channel_2, num_classes)
        kaiming.initialize(self)


def make_sequential_convnet() -> nn.Sequential:
    """Make the network of the assignment's own size."""
    return stacked_convnets.UnpooledConvNet(3, 32, 16, 6)


def check_accuracy_part34(loader: Batches, model: nn.Module) -> None:
    """Print how many samples a module gets right in evaluation mode."""
    model.eval()
    _say(*classifier_evaluation.count_correct(loader, model))


def train_part34(model: nn.Module, optimizer: torch.optim.Optimizer, epochs: int = 1) -> None:
    """Train a module."""
    for _ in range(epochs):
        for loss in _every(gradient_descent.optimize(model, optimizer, loader_train)):
            print(f"loss {loss:.4f}")  # noqa: T201  # the assignment asks for it
            check_accuracy_part34(loader_val, model)


def _every(losses: Iterator[float]) -> Iterator[float]:
    return (loss for step, loss in enumerate(losses) if step % print_every == 0)


def _say(correct: int, samples: int) -> None:
    percent = 100 * correct / samples
    print(f"Got {correct} / {samples} correct ({percent:.2f}%)")  # noqa: T201  # as above
