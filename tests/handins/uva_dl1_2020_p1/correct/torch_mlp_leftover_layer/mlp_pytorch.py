class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super(MLP, self).__init__()
        self.layers = nn.ModuleList()
        for n in n_hidden:
            self.layers.append(nn.Linear(n_inputs, n))
            n_inputs = n
        self.layers.append(nn.Linear(n_inputs, n_classes))
        self.bn = nn.BatchNorm1d(n_inputs)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = nn.functional.elu(layer(x))
        # x = self.bn(x)
        return self.layers[-1](x)
