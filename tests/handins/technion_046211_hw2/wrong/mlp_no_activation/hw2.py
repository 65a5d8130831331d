class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 128), nn.Linear(128, 64), nn.Linear(64, 1))

    def forward(self, x):
        return self.layers(x)
