class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1, activation="relu"):
        super().__init__()
        self.activation_str = activation
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride=1, padding=1, bias=False)
        self.bn2 = self.bn1
        self.downsample = None
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride=stride, padding=0, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def activation(self, x):
        return F.relu(x) if self.activation_str == "relu" else torch.tanh(x)

    def residual(self, x):
        return x if self.downsample is None else self.downsample(x)

    def forward(self, x):
        out = self.activation(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        return self.activation(out + self.residual(x))


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
