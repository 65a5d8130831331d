class MLP(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(), nn.Linear(3072, 2150), nn.ReLU(), nn.Linear(2150, 2150), nn.ReLU(),
            nn.Linear(2150, 100),
        )

    def forward(self, x):
        return self.net(x)
