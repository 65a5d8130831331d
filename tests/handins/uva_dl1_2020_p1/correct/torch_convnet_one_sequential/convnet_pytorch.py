# whole file

from torch.nn import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, Module, ReLU, Sequential


class Skip(Module):
    def __init__(self, *layers):
        super().__init__()
        self.path = Sequential(*layers)

    def forward(self, x):
        return self.path(x) + x


def block(c):
    return Skip(BatchNorm2d(c), ReLU(inplace=True), Conv2d(c, c, kernel_size=(3, 3), padding=(1, 1)))


class ConvNet(Module):
    def __init__(self, n_channels, n_classes):
        super(ConvNet, self).__init__()
        layers = [Conv2d(n_channels, 64, 3, padding="same"), block(64)]
        widths = [64, 128, 256, 512]
        for before, after in zip(widths, widths[1:]):
            layers += [Conv2d(before, after, 1), MaxPool2d(3, 2, 1), block(after), block(after)]
        layers += [MaxPool2d(3, 2, 1), block(512), block(512), MaxPool2d(3, 2, 1)]
        layers += [BatchNorm2d(512), ReLU(), Flatten(), Linear(512, n_classes)]
        self.net = Sequential(*layers)

    def forward(self, x):
        return self.net(x)
