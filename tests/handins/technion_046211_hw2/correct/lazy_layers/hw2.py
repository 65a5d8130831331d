class MLP(nn.Module):
    def __init__(self, hidden=(64, 32)):
        super().__init__()
        layers = []
        for width in hidden:
            layers += [nn.LazyLinear(width), nn.Tanh()]
        self.layers = nn.Sequential(*layers, nn.LazyLinear(1))

    def forward(self, x):
        return self.layers(x.float())


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(3, 24, 5, stride=2), nn.Conv2d(24, 48, 5, stride=2)])
        self.fc1 = nn.LazyLinear(64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        for conv in self.convs:
            x = nn.functional.leaky_relu(conv(x), 0.1)
        x = x.view(x.size(0), -1)
        return self.fc2(torch.relu(self.fc1(x)))
