class Convolution2dLayer(Convolution2dLayer):
    def forward(self, x):
        self.out = super().forward(x)
