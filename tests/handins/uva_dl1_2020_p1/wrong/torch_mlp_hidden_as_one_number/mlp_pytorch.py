class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_inputs, n_hidden), nn.ELU(), nn.Linear(n_hidden, n_classes))

    def forward(self, x):
        return self.net(x)
