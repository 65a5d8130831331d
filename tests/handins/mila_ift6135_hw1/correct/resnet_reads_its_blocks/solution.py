class ResidualBlock(nn.Module):
    expansion = 1

    def __init__(self, in_channels, out_channels, stride=1, activation="relu"):
        super(ResidualBlock, self).__init__()
        self.out_channels = out_channels
        self.act = nn.ReLU() if activation == "relu" else nn.Tanh()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_channels != self.expansion * out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, self.expansion * out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(self.expansion * out_channels),
            )

    def activation(self, x):
        return self.act(x)

    def residual(self, x):
        return self.shortcut(x)

    def forward(self, x):
        out = self.bn2(self.conv2(self.activation(self.bn1(self.conv1(x)))))
        return self.activation(out + self.residual(x))


class ResNet18(nn.Module):
    def __init__(self, num_classes=10, activation="relu", block=ResidualBlock, layers=(2, 2, 2, 2)):
        super(ResNet18, self).__init__()
        self.block = block
        self.activation_str = activation
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = self._create_layer(64, 64, layers[0], 1)
        self.layer2 = self._create_layer(64, 128, layers[1], 2)
        self.layer3 = self._create_layer(128, 256, layers[2], 2)
        self.layer4 = self._create_layer(256, 512, layers[3], 2)
        self.fc = nn.Linear(self.layer4[-1].out_channels * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, ResidualBlock):
                nn.init.constant_(m.bn2.weight, 0)

    def _create_layer(self, in_channels, out_channels, blocks, stride):
        layer = []
        for s in [stride] + [1] * (blocks - 1):
            layer.append(self.block(in_channels, out_channels, s, self.activation_str))
            in_channels = out_channels * ResidualBlock.expansion
        return nn.Sequential(*layer)

    def forward(self, x):
        x = self.layer1[0].activation(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(F.avg_pool2d(x, 4).flatten(1))
