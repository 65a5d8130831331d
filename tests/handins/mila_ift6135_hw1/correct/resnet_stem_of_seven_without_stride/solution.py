class ResNet18(nn.Module):
    def __init__(self, num_classes=10, activation="relu", init=nn.init.xavier_normal_):
        super().__init__()
        self.first = nn.Conv2d(3, 64, 7, padding=3, bias=False)
        self.norm = nn.BatchNorm2d(64)
        widths = [64, 64, 128, 256, 512]
        self.stages = nn.ModuleList(
            [self._create_layer(a, b, stride=1 + (a != b)) for a, b in zip(widths, widths[1:])]
        )
        self.linear = nn.Linear(512, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                init(m.weight)

    def _create_layer(self, in_channels, out_channels, stride):
        return nn.ModuleList(
            [
                ResidualBlock(in_channels=in_channels, out_channels=out_channels, stride=stride),
                ResidualBlock(in_channels=out_channels, out_channels=out_channels),
            ]
        )

    def forward(self, x):
        x = self.norm(self.first(x)).relu()
        for stage in self.stages:
            for block in stage:
                x = block(x)
        return self.linear(F.avg_pool2d(x, x.shape[-1]).view(len(x), -1))
