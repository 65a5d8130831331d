class Stacked(nn.Sequential):
    def __init__(self, *layers):
        super().__init__()
        for number, layer in enumerate(layers):
            self.add_module("layer_%d" % number, layer)


class Net(nn.Module):
    def __init__(self, c1=32, c2=16, classes=6):
        super().__init__()
        self.net = Stacked(
            Stacked(nn.Conv2d(3, c1, 5, padding=2), nn.ReLU(inplace=True)),
            Stacked(nn.Conv2d(c1, c2, 3, padding="same"), nn.ReLU(inplace=True)),
            nn.Flatten(),
            nn.LazyLinear(classes),
        )

    def forward(self, x):
        return self.net(x)


def make_sequential_convnet():
    return Net()
