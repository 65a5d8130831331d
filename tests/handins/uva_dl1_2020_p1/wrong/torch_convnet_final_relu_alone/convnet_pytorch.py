class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.bn = nn.Identity()
