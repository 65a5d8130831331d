class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())

    def forward(self, x):
        return self.layers(x).squeeze(1)


def train_model(net, loader, epochs=30, criterion=nn.BCELoss()):
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for _ in range(epochs):
        for xb, yb in loader:
            optimizer.zero_grad()
            criterion(net(xb), yb.float()).backward()
            optimizer.step()
