class ExampleModel(nn.Module):
    """The fully connected layers are convolutions over all that is left of the image."""

    def __init__(self, image_channels, num_classes):
        super().__init__()
        widths = [image_channels, 32, 64, 128]
        layers = []
        for before, after in zip(widths, widths[1:]):
            layers += [nn.Conv2d(before, after, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
        layers += [nn.Conv2d(128, 64, 4), nn.ReLU(), nn.Conv2d(64, num_classes, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x).flatten(1)
