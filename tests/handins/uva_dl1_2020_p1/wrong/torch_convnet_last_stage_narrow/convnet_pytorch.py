class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.conv3 = nn.Conv2d(256, 256, 1)
        self.preact4_a = PreAct(256)
        self.preact4_b = PreAct(256)
        self.preact5_a = PreAct(256)
        self.preact5_b = PreAct(256)
        self.bn = nn.BatchNorm2d(256)
        self.linear = nn.Linear(256, n_classes)
