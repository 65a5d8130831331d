class PreAct(nn.Module):
    """x + conv(relu(bn(x)))"""

    def __init__(self, channels):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(channels, channels, 3, stride=1, padding=1)
        nn.init.kaiming_normal_(self.conv.weight)

    def forward(self, x):
        return x + self.conv(self.relu(self.bn(x)))
