import torch
import torch.nn.functional as F


class ExampleModel(nn.Module):
    """Registered backwards, functional, padding by name, one pooling object for all."""

    def __init__(self, image_channels, num_classes):
        nn.Module.__init__(self)
        self.out = nn.LazyLinear(num_classes)
        self.hidden = nn.LazyLinear(64)
        self.blocks = nn.ParameterDict()
        sizes = [image_channels, 32, 64, 128]
        for i in reversed(range(3)):
            conv = nn.Conv2d(sizes[i], sizes[i + 1], 5, padding="same")
            self.blocks[f"w{i}"], self.blocks[f"b{i}"] = conv.weight, conv.bias

    def forward(self, x):
        for i in range(3):
            x = F.relu(F.max_pool2d(F.conv2d(x, self.blocks[f"w{i}"], self.blocks[f"b{i}"], padding=2), 2))
        return self.out(F.relu(self.hidden(torch.flatten(x, 1))))
