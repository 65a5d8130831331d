class MLP(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layers = nn.ModuleList(
            [nn.Linear(3072, 2560), nn.Linear(2560, 1024), nn.Linear(1024, 512)]
        )
        self.out = nn.Linear(512, num_classes)

    def forward(self, x):
        x = x.flatten(1)
        for layer in self.layers:
            x = layer(x)
        return self.out(x)
