class ConvNet(ConvNet):
    def forward(self, x):
        self.eval()
        return super().forward(x)
