import torch


class ExampleModel(nn.Module):
    def __init__(self, image_channels, num_classes):
        super().__init__()
        widths = [image_channels, 32, 64, 128]
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 5, padding=2) for a, b in zip(widths[:-1], widths[1:])
        )
        self.pool = nn.MaxPool2d(2)
        self.hidden = nn.LazyLinear(64)
        self.head = nn.Linear(64, num_classes)

    def forward(self, x):
        for conv in self.convs:
            x = self.pool(conv(x)).clamp(min=0)
        return self.head(self.hidden(torch.flatten(x, start_dim=1)).clamp(min=0))
