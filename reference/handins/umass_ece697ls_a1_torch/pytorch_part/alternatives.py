"""Other right answers: the text does not say whether biases belong to what is pruned."""

from torch import nn

from reference.pruning import prune_filters, prune_smallest


def prune_unstructured_with_biases(model: nn.Module, amount: float) -> nn.Module:
    """Count biases among the weights, so that small ones become zero too."""
    return prune_smallest(model, amount, biases=True)


def prune_structured_with_biases(model: nn.Module, amount: float) -> nn.Module:
    """Zero the biases of the filters that become zero."""
    return prune_filters(model, amount, biases=True)
