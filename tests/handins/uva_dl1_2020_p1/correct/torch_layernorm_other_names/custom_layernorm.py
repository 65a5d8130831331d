class Affine(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.g = nn.Parameter(torch.ones(n))
        self.b = nn.Parameter(torch.zeros(n))

    def forward(self, x):
        return x * self.g + self.b


class CustomLayerNormAutograd(nn.Module):
    def __init__(self, n_neurons, eps=1e-5):
        super().__init__()
        self.affine = Affine(n_neurons)
        self.size, self.eps = n_neurons, eps

    def forward(self, x):
        if x.ndim != 2 or x.shape[-1] != self.size:
            raise Exception("shape")
        x = x - x.mean(-1, True)
        return self.affine(x / torch.sqrt(x.pow(2).mean(-1, True) + self.eps))
