"""Layer normalization of rows, for PyTorch: by elementary operations, and as one operation.

Ba, Kiros & Hinton (2016), eq. 4. The variance is the biased one. Which parts of the backward pass
are computed, and what is kept for it, follows from which inputs need a gradient.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def check_rows(x: Tensor, n_neurons: int) -> None:
    """Refuse inputs that are not rows of so many numbers.

    Args:
        x: What was passed in.
        n_neurons: Length that the rows should have.

    Raises:
        ValueError: If x is not of the shape (N, n_neurons).
    """
    if x.ndim != 2 or x.shape[1] != n_neurons:
        raise ValueError(
            f"the input has shape {tuple(x.shape)}; this layer normalizes rows of {n_neurons} "
            f"numbers. Pass a batch of shape (N, {n_neurons})."
        )


def standardize_rows(x: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """Subtract the mean of each row and divide by its standard deviation.

    Args:
        x: (N, M).
        eps: Is added to the variance.

    Returns:
        x_hat: (N, M).  inverse: (N, 1), one over the standard deviation.

    >>> standardize_rows(torch.tensor([[1.0, 3.0]]), 3.0)
    (tensor([[-0.5000,  0.5000]]), tensor([[0.5000]]))
    """
    centred = x - x.mean(dim=1, keepdim=True)
    # var = mean (x - mean)^2
    inverse = torch.rsqrt(centred.square().mean(dim=1, keepdim=True) + eps)
    return centred * inverse, inverse


def normalize_rows(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """Normalize, scale and shift by operations that autograd knows.

    Args:
        x: (N, M).
        gamma: (M,).
        beta: (M,).
        eps: Is added to the variance.

    Returns:
        (N, M).
    """
    return gamma * standardize_rows(x, eps)[0] + beta


class NormalizeRows(torch.autograd.Function):
    """The same as one operation, with a backward pass of its own."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
        """Normalize, scale and shift.

        Args:
            ctx: Keeps what `backward` needs, and no more than that.
            x: (N, M).
            gamma: (M,).
            beta: (M,).
            eps: Is added to the variance.

        Returns:
            (N, M).
        """
        x_hat, inverse = standardize_rows(x, eps)
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(x_hat, inverse, gamma)
        elif ctx.needs_input_grad[1]:
            ctx.save_for_backward(x_hat)
        return gamma * x_hat + beta

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        """Propagate a gradient to those inputs that need one.

        Args:
            ctx: From `forward`.
            dy: (N, M).

        Returns:
            dx: (N, M).  dgamma, dbeta: (M,).  None for `eps`, and for what needs no gradient.
        """
        dx = dgamma = dbeta = None
        if ctx.needs_input_grad[2]:
            # dbeta = sum dy
            dbeta = dy.sum(dim=0)
        if ctx.needs_input_grad[1]:
            # dgamma = sum dy x_hat
            dgamma = (dy * ctx.saved_tensors[0]).sum(dim=0)
        if ctx.needs_input_grad[0]:
            x_hat, inverse, gamma = ctx.saved_tensors
            dx_hat = dy * gamma
            # dx = (dx_hat - mean(dx_hat) - x_hat mean(dx_hat x_hat)) / sqrt(var + eps)
            dx = dx_hat - dx_hat.mean(dim=1, keepdim=True)
            dx = dx - x_hat * (dx_hat * x_hat).mean(dim=1, keepdim=True)
            dx = dx * inverse
        return dx, dgamma, dbeta, None
