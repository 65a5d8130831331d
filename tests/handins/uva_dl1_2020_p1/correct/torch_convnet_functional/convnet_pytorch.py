# whole file

import torch
import torch.nn.functional as F
from torch import nn

table = {"1": 64, "2_a": 128, "2_b": 128, "3_a": 256, "3_b": 256, "4_a": 512, "4_b": 512, "5_a": 512, "5_b": 512}


class ConvNet(nn.Module):
    def __init__(self, n_channels: int, n_classes: int, verbose: bool = False):
        super().__init__()
        self.verbose = verbose
        self.classifier = nn.Linear(512, n_classes)
        self.last = nn.BatchNorm1d(512)
        self.norms = nn.ModuleDict({k: nn.BatchNorm2d(c) for k, c in table.items()})
        self.convs = nn.ModuleDict({k: nn.Conv2d(c, c, 3, 1, 1) for k, c in reversed(table.items())})
        self.conv3, self.conv2 = nn.Conv2d(256, 512, 1), nn.Conv2d(128, 256, 1)
        self.conv1, self.conv0 = nn.Conv2d(64, 128, 1), nn.Conv2d(n_channels, 64, 3, 1, 1)

    def pre_act(self, name, x):
        return torch.add(x, self.convs[name](F.relu(self.norms[name](x))))

    def forward(self, x):
        x = self.pre_act("1", self.conv0(x))
        for i in range(2, 6):
            if i < 5:
                x = getattr(self, f"conv{i - 1}")(x)
            x = F.max_pool2d(x, kernel_size=3, stride=2, padding=1)
            x = self.pre_act(f"{i}_b", self.pre_act(f"{i}_a", x))
            if self.verbose:
                print(i, x.shape)
        x = F.max_pool2d(x, kernel_size=3, stride=2, padding=1)
        x = F.relu(self.last(x.view(x.size(0), -1)))
        return self.classifier(x)
