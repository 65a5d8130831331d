class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.preact2_b = nn.Identity()
        self.preact3_b = nn.Identity()
        self.preact4_b = nn.Identity()
        self.preact5_b = nn.Identity()
