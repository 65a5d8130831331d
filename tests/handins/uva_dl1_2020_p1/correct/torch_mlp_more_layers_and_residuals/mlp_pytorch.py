# whole file

from torch import nn


class Residual(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n, n), nn.GELU(), nn.AlphaDropout(0.1), nn.Linear(n, n))

    def forward(self, x):
        return x + self.net(x)


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden=[100], n_classes=10):
        super().__init__()
        self.hidden = nn.Sequential()
        for i, n in enumerate(n_hidden):
            self.hidden.add_module(f"linear_{i}", nn.Linear(n_inputs, n))
            self.hidden.add_module(f"residual_{i}", Residual(n))
            n_inputs = n
        self.output = nn.Linear(n_inputs, n_classes)

    def forward(self, x):
        if not len(self.hidden):
            return self.output(x.float())
        return self.output(self.hidden(x.float()))
