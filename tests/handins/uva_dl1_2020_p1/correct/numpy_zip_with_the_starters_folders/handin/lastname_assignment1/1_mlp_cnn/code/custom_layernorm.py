"""Layer normalization, with autograd and by hand."""

import torch
import torch.nn as nn


class CustomLayerNormAutograd(nn.Module):
    """Layer normalization with autograd."""

    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.n_neurons = n_neurons
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(n_neurons))
        self.beta = nn.Parameter(torch.zeros(n_neurons))

    def forward(self, input):
        if input.dim() != 2 or input.size(1) != self.n_neurons:
            raise ValueError(f"expected (N, {self.n_neurons}), got {tuple(input.shape)}")
        mean = input.mean(dim=1, keepdim=True)
        var = input.var(dim=1, unbiased=False, keepdim=True)
        normalized = (input - mean) / torch.sqrt(var + self.eps)
        return self.gamma * normalized + self.beta


class CustomLayerNormManualFunction(torch.autograd.Function):
    """Layer normalization with a backward pass written by hand."""

    @staticmethod
    def forward(ctx, input, gamma, beta, eps=1e-5):
        mean = input.mean(dim=1, keepdim=True)
        var = input.var(dim=1, unbiased=False, keepdim=True)
        std = torch.sqrt(var + eps)
        normalized = (input - mean) / std
        ctx.save_for_backward(normalized, std, gamma)
        return gamma * normalized + beta

    @staticmethod
    def backward(ctx, grad_output):
        normalized, std, gamma = ctx.saved_tensors
        grad_input = grad_gamma = grad_beta = None
        if ctx.needs_input_grad[0]:
            grad_normalized = grad_output * gamma
            grad_input = grad_normalized - grad_normalized.mean(dim=1, keepdim=True)
            projection = (grad_normalized * normalized).mean(dim=1, keepdim=True)
            grad_input = (grad_input - normalized * projection) / std
        if ctx.needs_input_grad[1]:
            grad_gamma = (grad_output * normalized).sum(dim=0)
        if ctx.needs_input_grad[2]:
            grad_beta = grad_output.sum(dim=0)
        return grad_input, grad_gamma, grad_beta, None


class CustomLayerNormManualModule(nn.Module):
    """A module around the function."""

    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.n_neurons = n_neurons
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(n_neurons))
        self.beta = nn.Parameter(torch.zeros(n_neurons))

    def forward(self, input):
        if input.dim() != 2 or input.size(1) != self.n_neurons:
            raise ValueError(f"expected (N, {self.n_neurons}), got {tuple(input.shape)}")
        return CustomLayerNormManualFunction.apply(input, self.gamma, self.beta, self.eps)
