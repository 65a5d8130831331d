class ThreeLayerConvNet(nn.Module):
    def __init__(self, in_channel, channel_1, channel_2, num_classes):
        super().__init__()
        self.convolutions = [
            nn.Conv2d(in_channel, channel_1, 5, padding=2),
            nn.Conv2d(channel_1, channel_2, 3, padding=1),
        ]
        self.fc = nn.Linear(channel_2 * 32 * 32, num_classes)
        for layer in (*self.convolutions, self.fc):
            nn.init.kaiming_normal_(layer.weight)

    def forward(self, x):
        for layer in self.convolutions:
            x = F.relu(layer(x))
        return self.fc(x.flatten(1))
