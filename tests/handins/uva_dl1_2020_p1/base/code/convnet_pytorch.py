"""VGG13 with pre-activation skip connections."""

import torch.nn as nn


class PreAct(nn.Module):
    """x + conv(relu(bn(x)))"""

    def __init__(self, channels):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()
        self.conv = nn.Conv2d(channels, channels, 3, stride=1, padding=1)

    def forward(self, x):
        return x + self.conv(self.relu(self.bn(x)))


class ConvNet(nn.Module):
    """The network of figure 5."""

    def __init__(self, n_channels, n_classes):
        super().__init__()
        self.conv0 = nn.Conv2d(n_channels, 64, 3, stride=1, padding=1)
        self.preact1 = PreAct(64)
        self.conv1 = nn.Conv2d(64, 128, 1)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, padding=1)
        self.preact2_a = PreAct(128)
        self.preact2_b = PreAct(128)
        self.conv2 = nn.Conv2d(128, 256, 1)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, padding=1)
        self.preact3_a = PreAct(256)
        self.preact3_b = PreAct(256)
        self.conv3 = nn.Conv2d(256, 512, 1)
        self.maxpool3 = nn.MaxPool2d(3, stride=2, padding=1)
        self.preact4_a = PreAct(512)
        self.preact4_b = PreAct(512)
        self.maxpool4 = nn.MaxPool2d(3, stride=2, padding=1)
        self.preact5_a = PreAct(512)
        self.preact5_b = PreAct(512)
        self.maxpool5 = nn.MaxPool2d(3, stride=2, padding=1)
        self.bn = nn.BatchNorm2d(512)
        self.relu = nn.ReLU()
        self.linear = nn.Linear(512, n_classes)

    def forward(self, x):
        out = self.preact1(self.conv0(x))
        out = self.maxpool1(self.conv1(out))
        out = self.preact2_b(self.preact2_a(out))
        out = self.maxpool2(self.conv2(out))
        out = self.preact3_b(self.preact3_a(out))
        out = self.maxpool3(self.conv3(out))
        out = self.preact4_b(self.preact4_a(out))
        out = self.maxpool4(out)
        out = self.preact5_b(self.preact5_a(out))
        out = self.maxpool5(out)
        out = self.relu(self.bn(out))
        return self.linear(out.flatten(start_dim=1))
