class MLP(nn.Module):
    def __init__(self, n_inputs, n_hidden, n_classes):
        super(MLP, self).__init__()
        self.linears = nn.ModuleList()
        for n in n_hidden:
            self.linears.append(nn.Linear(n_inputs, n))
            n_inputs = n
        self.linears.append(nn.Linear(n_inputs, n_classes))
        for linear in self.linears:
            nn.init.normal_(linear.weight, mean=0, std=0.0001)
            nn.init.constant_(linear.bias, 0)

    def forward(self, x):
        for linear in self.linears[:-1]:
            x = nn.functional.elu(linear(x))
        return nn.functional.softmax(self.linears[-1](x), dim=1)
