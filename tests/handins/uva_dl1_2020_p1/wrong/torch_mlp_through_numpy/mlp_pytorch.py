import torch


class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super().__init__()
        sizes = [n_inputs] + list(n_hidden)
        self.layers = nn.ModuleList()
        for n_in, n_out in zip(sizes[:-1], sizes[1:]):
            self.layers.append(nn.Linear(n_in, n_out))
            self.layers.append(nn.ELU())
        self.layers.append(nn.Linear(sizes[-1], n_classes))

    def forward(self, x):
        for layer in self.layers:
            x = torch.from_numpy(layer(x).detach().numpy()) if isinstance(layer, nn.ELU) else layer(x)
        return x
