class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.conv0 = nn.Conv2d(n_channels, 64, 3, stride=2, padding=1)
