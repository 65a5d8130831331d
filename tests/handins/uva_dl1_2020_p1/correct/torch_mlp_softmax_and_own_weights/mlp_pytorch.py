# whole file

import math

import torch
from torch import nn
from torch.nn import Parameter, ParameterList


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        sizes = [n_inputs, *n_hidden, n_classes]
        pairs = list(zip(sizes, sizes[1:]))
        self.W = ParameterList([Parameter(torch.randn(a, b) / math.sqrt(a)) for a, b in pairs])
        self.b = ParameterList([Parameter(torch.zeros(1, b)) for _, b in pairs])
        self.norm = nn.LayerNorm(n_inputs)

    def forward(self, x):
        x = self.norm(x)
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            x = x @ W + b
            if i < len(self.W) - 1:
                x = torch.tanh(x)
        return torch.softmax(x, dim=-1)
