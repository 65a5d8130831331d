"""Layer normalization as an operation of your own, in three forms.

For an input of shape (N, M) every row is normalized by itself: with the mean of its M numbers, and
their variance divided by M (not M - 1),

    x_hat = (x - mean) / sqrt(variance + eps),    y = gamma * x_hat + beta,

where gamma and beta hold one number for each of the M neurons. Use neither nn.LayerNorm nor
torch.nn.functional.layer_norm.
"""

import torch
from torch import nn


class CustomLayerNormAutograd(nn.Module):
    """Question 3.1: layer normalization that leaves the backward pass to autograd."""

    def __init__(self, n_neurons, eps=1e-5):
        """Make a layer.

        Args:
            n_neurons: Number M of neurons, the length of the rows.
            eps: Is added to the variance, so that nothing is divided by zero.
        """
        super().__init__()
        self.n_neurons = n_neurons
        self.eps = eps
        # --------------------------------------------------------------------------
        # TODO: Register gamma (ones) and beta (zeros) as nn.Parameter, n_neurons numbers each.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, input):
        """Normalize a batch.

        Args:
            input: Shape (N, n_neurons).

        Returns:
            out: Shape (N, n_neurons).

        Raises:
            An exception of your choice if the shape of the input is wrong.
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Check the shape of the input; PyTorch would broadcast (N, 1) without a word.
        # Then normalize, scale and shift.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out


class CustomLayerNormManualFunction(torch.autograd.Function):
    """Question 3.2 b: layer normalization with a backward pass of its own.

    Both methods are static, and neither is called directly: call
    `CustomLayerNormManualFunction.apply(input, gamma, beta)`, or with eps as a fourth argument.
    Validate the backward pass with `torch.autograd.gradcheck` in double precision.
    """

    @staticmethod
    def forward(ctx, input, gamma, beta, eps=1e-5):
        """Normalize a batch; autograd does not record what is done in here.

        Args:
            ctx: The context: `ctx.save_for_backward(...)` keeps tensors for `backward`, an
                attribute such as `ctx.eps = eps` keeps anything else, and
                `ctx.needs_input_grad` says for each of the four inputs whether it needs a
                gradient.
            input: Shape (N, n_neurons).
            gamma: Shape (n_neurons,).
            beta: Shape (n_neurons,).
            eps: Is added to the variance.

        Returns:
            out: Shape (N, n_neurons).
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Normalize, scale and shift. Keep those tensors that `backward` needs, and no
        # others.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out

    @staticmethod
    def backward(ctx, grad_output):
        """Compute the gradients of the loss, one for each argument of `forward`.

        Args:
            ctx: The context of the forward pass; `ctx.saved_tensors` gives back what was kept.
            grad_output: Gradient with respect to the output, shape (N, n_neurons).

        Returns:
            grad_input: Shape (N, n_neurons).
            grad_gamma: Shape (n_neurons,).
            grad_beta: Shape (n_neurons,).
            None, for eps.
        """
        grad_input, grad_gamma, grad_beta = None, None, None
        # --------------------------------------------------------------------------
        # TODO: Compute the three gradients. One that `ctx.needs_input_grad` says is not needed
        # is not computed and stays None.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return grad_input, grad_gamma, grad_beta, None


class CustomLayerNormManualModule(nn.Module):
    """Question 3.2 c: a module around CustomLayerNormManualFunction."""

    def __init__(self, n_neurons, eps=1e-5):
        """Make a layer.

        Args:
            n_neurons: Number M of neurons, the length of the rows.
            eps: Is added to the variance.
        """
        super().__init__()
        self.n_neurons = n_neurons
        self.eps = eps
        # --------------------------------------------------------------------------
        # TODO: Register gamma (ones) and beta (zeros) as nn.Parameter, n_neurons numbers each.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------

    def forward(self, input):
        """Normalize a batch by `CustomLayerNormManualFunction.apply`.

        Args:
            input: Shape (N, n_neurons).

        Returns:
            out: Shape (N, n_neurons).

        Raises:
            An exception of your choice if the shape of the input is wrong.
        """
        out = None
        # --------------------------------------------------------------------------
        # TODO: Check the shape of the input, and call the function's `apply` with your eps.
        # Your code starts here.
        # --------------------------------------------------------------------------

        # --------------------------------------------------------------------------
        # Your code ends here.
        # --------------------------------------------------------------------------
        return out
