class ResNet18(nn.Module):
    def __init__(self, num_classes=10, activation="relu"):
        super().__init__()
        self.activation_str = activation
        self.in_channels = 64
        self.conv1 = nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = self._create_layer(64, 1)
        self.layer2 = self._create_layer(128, 2)
        self.layer3 = self._create_layer(256, 2)
        self.layer4 = self._create_layer(512, 2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512, num_classes)
        with torch.no_grad():
            assert self(torch.zeros(2, 3, 32, 32)).shape == (2, num_classes)
        n_params = sum(p.numel() for p in self.parameters())
        assert n_params == 11173962, n_params

    def _create_layer(self, channels, stride):
        layer = nn.Sequential(
            ResidualBlock(self.in_channels, channels, stride, self.activation_str),
            ResidualBlock(channels, channels, 1, self.activation_str),
        )
        self.in_channels = channels
        return layer

    def forward(self, x):
        x = self.bn1(self.conv1(x))
        x = F.relu(x) if self.activation_str == "relu" else torch.tanh(x)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.pool(x), 1))
