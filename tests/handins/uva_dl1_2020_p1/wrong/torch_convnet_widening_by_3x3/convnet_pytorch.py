class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.conv1 = nn.Conv2d(64, 128, 3, padding=1)
        self.conv2 = nn.Conv2d(128, 256, 3, padding=1)
        self.conv3 = nn.Conv2d(256, 512, 3, padding=1)
