"""The assignment's three forms of layer normalization, made of the reference's operations."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from reference.layers.layer_norm_autograd import NormalizeRows, check_rows, normalize_rows


class CustomLayerNormAutograd(nn.Module):
    """Normalize rows by operations that autograd knows."""

    def __init__(self, n_neurons: int, eps: float = 1e-5) -> None:
        """Make a layer for rows of `n_neurons` numbers."""
        super().__init__()
        self.n_neurons, self.eps = n_neurons, eps
        self.gamma = nn.Parameter(torch.ones(n_neurons))
        self.beta = nn.Parameter(torch.zeros(n_neurons))

    def forward(self, input: Tensor) -> Tensor:
        """Normalize input (N, n_neurons).

        Raises:
            ValueError: If the input has another shape.
        """
        check_rows(input, self.n_neurons)
        return normalize_rows(input, self.gamma, self.beta, self.eps)


class CustomLayerNormManualFunction(NormalizeRows):
    """`apply(input, gamma, beta, eps)`, with a backward pass of its own."""


class CustomLayerNormManualModule(CustomLayerNormAutograd):
    """Normalize rows by the operation above."""

    def forward(self, input: Tensor) -> Tensor:
        """Normalize input (N, n_neurons).

        Raises:
            ValueError: If the input has another shape.
        """
        check_rows(input, self.n_neurons)
        apply: Callable[..., Tensor] = CustomLayerNormManualFunction.apply
        return apply(input, self.gamma, self.beta, self.eps)
