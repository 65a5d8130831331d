class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 64)
        self.fc2 = nn.Linear(64, 1)

    def forward(self, x):
        x = (x - x.mean(dim=0)) / (x.std(dim=0, unbiased=False) + 1e-6)
        return self.fc2(torch.relu(self.fc1(x)))
