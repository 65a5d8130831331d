class ThreeLayerConvNet(nn.Module):
    def __init__(self, in_channel, channel_1, channel_2, num_classes):
        super().__init__()
        self.conv_w1 = nn.Parameter(random_weight((channel_1, in_channel, 5, 5)))
        self.conv_b1 = nn.Parameter(zero_weight((channel_1,)))
        self.conv_w2 = nn.Parameter(random_weight((channel_2, channel_1, 3, 3)))
        self.conv_b2 = nn.Parameter(zero_weight((channel_2,)))
        self.fc_w = nn.Parameter(random_weight((num_classes, channel_2 * 32 * 32)) * (num_classes / (channel_2 * 1024)) ** 0.5)
        self.fc_b = nn.Parameter(zero_weight((num_classes,)))

    def forward(self, x):
        params = [self.conv_w1, self.conv_b1, self.conv_w2, self.conv_b2, self.fc_w.t(), self.fc_b]
        return three_layer_convnet(x, params)
