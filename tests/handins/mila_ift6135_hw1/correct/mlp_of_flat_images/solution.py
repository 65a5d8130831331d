class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [3072, 2200, 1800, 256]
        parts = []
        for a, b in zip(sizes, sizes[1:]):
            parts += [nn.Linear(a, b), nn.BatchNorm1d(b), nn.Tanh(), nn.Dropout(0.5)]
        self.parts = nn.Sequential(*parts, nn.Linear(256, 10))

    def forward(self, x):
        assert x.dim() == 2
        return self.parts(x)
