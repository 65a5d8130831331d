class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        width = n_hidden[0] if n_hidden else n_inputs
        self.net = nn.Sequential(*([nn.Linear(n_inputs, width), nn.ELU()] if n_hidden else []), nn.Linear(width, n_classes))

    def forward(self, x):
        return self.net(x)
