class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.maxpool1 = nn.MaxPool2d(2, stride=2)
        self.maxpool2 = nn.MaxPool2d(2, stride=2)
        self.maxpool3 = nn.MaxPool2d(2, stride=2)
        self.maxpool4 = nn.MaxPool2d(2, stride=2)
        self.maxpool5 = nn.MaxPool2d(2, stride=2)
