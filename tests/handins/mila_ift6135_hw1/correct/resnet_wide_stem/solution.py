class ResidualBlock(nn.Module):
    def __init__(self, in_planes, planes, stride=1, act="relu"):
        super(ResidualBlock, self).__init__()
        self.act = nn.ReLU(inplace=True) if act == "relu" else nn.Tanh()
        self.body = nn.Sequential(
            nn.Conv2d(in_planes, planes, kernel_size=3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(planes),
            nn.ReLU(inplace=True) if act == "relu" else nn.Tanh(),
            nn.Conv2d(planes, planes, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(planes),
        )
        self.shortcut = nn.Identity()
        if stride == 2:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_planes, planes, kernel_size=1, stride=2, bias=False),
                nn.BatchNorm2d(planes),
            )

    def activation(self, input):
        return self.act(input.clone())

    def residual(self, x):
        return self.shortcut(x)

    def forward(self, x):
        return self.activation(self.body(x) + self.residual(x))


class ResNet18(nn.Module):
    def __init__(self, n_classes=10):
        super(ResNet18, self).__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        blocks = []
        for i, o in [(64, 64), (64, 128), (128, 256), (256, 512)]:
            blocks += self._create_layer(i, o)
        self.blocks = nn.Sequential(*blocks)
        self.out = nn.Linear(512, n_classes)

    def _create_layer(self, i, o):
        return [ResidualBlock(i, o, 1 if i == o else 2), ResidualBlock(o, o)]

    def forward(self, images):
        return self.out(self.blocks(self.stem(images)).mean([2, 3]))
