class ConvNet(ConvNet):
    def __init__(self, n_channels, n_classes):
        super().__init__(n_channels, n_classes)
        self.linear = nn.Conv2d(512, n_classes, kernel_size=1)

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x[:, :, 0, 0]
