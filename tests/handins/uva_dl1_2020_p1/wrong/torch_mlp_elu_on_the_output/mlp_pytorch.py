class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        sizes = [n_inputs] + list(n_hidden) + [n_classes]
        layers = []
        for n_in, n_out in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(n_in, n_out), nn.ELU()]
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)
