class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, padding=0, ceil_mode=True)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, padding=0, ceil_mode=True)
        self.maxpool3 = nn.MaxPool2d(3, stride=2, padding=0, ceil_mode=True)
        self.maxpool4 = nn.MaxPool2d(3, stride=2, padding=0, ceil_mode=True)
        self.maxpool5 = nn.MaxPool2d(3, stride=2, padding=0, ceil_mode=True)
