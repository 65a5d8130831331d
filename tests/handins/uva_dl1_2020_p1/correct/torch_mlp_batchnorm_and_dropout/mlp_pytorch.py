# whole file

from torch import nn


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        self.list_modules = []
        n_in = n_inputs
        for n_out in n_hidden:
            self.list_modules += [
                nn.Linear(n_in, n_out, bias=False), nn.BatchNorm1d(n_out), nn.ReLU(), nn.Dropout(p=0.3)
            ]
            n_in = n_out
        self.list_modules.append(nn.Linear(n_in, n_classes))
        self.model = nn.Sequential(*self.list_modules)
        for layer in self.model:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight)

    def forward(self, x):
        return self.model(x)
