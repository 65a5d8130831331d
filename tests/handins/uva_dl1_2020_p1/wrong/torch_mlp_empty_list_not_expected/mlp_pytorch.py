class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        self.first = nn.Sequential(nn.Linear(n_inputs, n_hidden[0]), nn.ELU())
        self.hidden = nn.Sequential()
        for a, b in zip(n_hidden[:-1], n_hidden[1:]):
            self.hidden.extend([nn.Linear(a, b), nn.ELU()])
        self.last = nn.Linear(n_hidden[-1], n_classes)

    def forward(self, x):
        return self.last(self.hidden(self.first(x)))
