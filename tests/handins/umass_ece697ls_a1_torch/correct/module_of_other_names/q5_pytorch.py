def init_weights(m):
    if type(m) in (nn.Linear, nn.Conv2d):
        torch.nn.init.kaiming_normal_(m.weight.data, mode="fan_in", nonlinearity="relu")


class ThreeLayerConvNet(nn.Module):
    def __init__(self, in_channel=3, channel_1=32, channel_2=16, num_classes=6):
        super(ThreeLayerConvNet, self).__init__()
        self.scores = nn.Linear(32 * 32 * channel_2, num_classes)
        self.body = nn.Sequential(
            nn.Conv2d(in_channel, channel_1, kernel_size=(5, 5), padding="same"),
            nn.ReLU(inplace=True),
            nn.Conv2d(channel_1, channel_2, kernel_size=(3, 3), padding="same"),
            nn.ReLU(inplace=True),
        )
        self.apply(init_weights)

    def forward(self, x):
        return self.scores(flatten(self.body(x)))


class Flatten(nn.Module):
    def forward(self, x):
        return flatten(x)


def make_sequential_convnet(channel_1=32, channel_2=16, learning_rate=1e-2):
    model = nn.Sequential()
    model.add_module("conv1", nn.Conv2d(3, channel_1, 5, padding=2))
    model.add_module("relu1", nn.ReLU())
    model.add_module("conv2", nn.Conv2d(channel_1, channel_2, 3, padding=1))
    model.add_module("relu2", nn.ReLU())
    model.add_module("flatten", Flatten())
    model.add_module("fc", nn.Linear(channel_2 * 32 * 32, 6))
    for layer in (model.conv1, model.conv2):
        layer.weight.data = random_weight(layer.weight.shape).data
        layer.bias.data = zero_weight(layer.bias.shape).data
    return model
