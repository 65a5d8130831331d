class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        sizes = [n_inputs, *n_hidden, n_classes]
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:])])
        self.activation = nn.ELU()

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
