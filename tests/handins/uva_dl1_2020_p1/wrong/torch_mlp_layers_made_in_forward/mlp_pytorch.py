class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        self.sizes = [n_inputs, *n_hidden, n_classes]

    def forward(self, x):
        for a, b in zip(self.sizes[:-1], self.sizes[1:]):
            x = nn.functional.elu(nn.Linear(a, b)(x))
        return x
