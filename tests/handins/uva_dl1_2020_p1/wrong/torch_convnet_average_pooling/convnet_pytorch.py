class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.maxpool1 = nn.AvgPool2d(3, stride=2, padding=1)
        self.maxpool2 = nn.AvgPool2d(3, stride=2, padding=1)
        self.maxpool3 = nn.AvgPool2d(3, stride=2, padding=1)
        self.maxpool4 = nn.AvgPool2d(3, stride=2, padding=1)
        self.maxpool5 = nn.AvgPool2d(3, stride=2, padding=1)
