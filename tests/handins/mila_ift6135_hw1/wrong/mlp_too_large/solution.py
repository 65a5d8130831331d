class MLP(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Flatten(), nn.Linear(3072, 2560), nn.ReLU(), nn.Linear(2560, 2560), nn.ReLU(),
            nn.Linear(2560, num_classes),
        )

    def forward(self, x):
        return self.net(x)
