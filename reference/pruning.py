"""Sets the least important weights of a PyTorch network to zero, and returns a pruned copy.

Weights are those of convolutions and linear layers. Han, Pool, Tran & Dally (2015) prune single
weights by magnitude; Li, Kadav, Durdanovic, Samet & Graf (2017) whole filters by their L1 norm.
"""

import copy

import torch
from torch import Tensor, nn


def prune_smallest(model: nn.Module, amount: float, *, biases: bool = False) -> nn.Module:
    """Set a fraction of all weights of a network to zero, those of least magnitude.

    Args:
        model: is left as it is.
        amount: 0 to 1, of the weights of all layers together.
        biases: whether biases count as weights.

    Returns:
        A copy with round(amount * n) of n weights at zero.

    Raises:
        ValueError: If amount is no fraction.
    """
    pruned = copy.deepcopy(model)
    tensors = [layer.weight for layer in _layers(pruned)]
    if biases:
        tensors += [layer.bias for layer in _layers(pruned) if layer.bias is not None]
    with torch.no_grad():
        magnitudes = torch.cat([tensor.abs().flatten() for tensor in tensors])
        keep = torch.ones_like(magnitudes)
        keep[_least(magnitudes, amount)] = 0
        begin = 0
        for tensor in tensors:
            tensor *= keep[begin : begin + tensor.numel()].view_as(tensor)
            begin += tensor.numel()
    return pruned


def prune_filters(model: nn.Module, amount: float, *, biases: bool = False) -> nn.Module:
    """Set a fraction of the filters of each convolution to zero, those of least L1 norm.

    Args:
        model: is left as it is.
        amount: 0 to 1, of the filters of each layer.
        biases: whether the bias of such a filter becomes zero, too.

    Returns:
        A copy with round(amount * F) of the F filters of each convolution at zero.

    Raises:
        ValueError: If amount is no fraction.
    """
    pruned = copy.deepcopy(model)
    with torch.no_grad():
        for layer in _layers(pruned):
            if not isinstance(layer, nn.Conv2d):
                continue
            least = _least(layer.weight.abs().sum(dim=(1, 2, 3)), amount)
            layer.weight[least] = 0
            if biases and layer.bias is not None:
                layer.bias[least] = 0
    return pruned


def _layers(model: nn.Module) -> list[nn.Conv2d | nn.Linear]:
    return [each for each in model.modules() if isinstance(each, (nn.Conv2d, nn.Linear))]


def _least(values: Tensor, amount: float) -> Tensor:
    if not 0 <= amount <= 1:
        raise ValueError(
            f"amount is {amount!r}; it is the fraction that is set to zero. Pass a number from 0 "
            "to 1, such as 0.1 for 10 %."
        )
    return values.argsort()[: round(amount * values.numel())]
