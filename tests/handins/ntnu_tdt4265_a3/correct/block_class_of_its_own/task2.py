from collections import OrderedDict


class Stage(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.conv = nn.Conv2d(n_in, n_out, kernel_size=5, padding=2)
        self.act = nn.ReLU()
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(self.act(self.conv(x)))


class Head(nn.Sequential):
    def __init__(self, n_in, num_classes):
        super().__init__(OrderedDict(fc1=nn.Linear(n_in, 64), relu=nn.ReLU(), fc2=nn.Linear(64, num_classes)))


class ExampleModel(nn.Module):
    def __init__(self, image_channels, num_classes):
        super().__init__()
        self.stages = nn.Sequential(Stage(image_channels, 32), Stage(32, 64), Stage(64, 128))
        self.head = Head(128 * 4 * 4, num_classes)

    def forward(self, x):
        return self.head(self.stages(x).flatten(1))
