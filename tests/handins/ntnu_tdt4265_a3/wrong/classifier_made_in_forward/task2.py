class ExampleModel(nn.Module):
    def __init__(self, image_channels, num_classes):
        super().__init__()
        self.num_classes = num_classes
        self.conv1 = nn.Conv2d(image_channels, 32, 5, padding=2)
        self.conv2 = nn.Conv2d(32, 64, 5, padding=2)
        self.conv3 = nn.Conv2d(64, 128, 5, padding=2)

    def forward(self, x):
        for convolution in (self.conv1, self.conv2, self.conv3):
            x = nn.functional.max_pool2d(convolution(x).relu(), 2)
        hidden = nn.Linear(2048, 64)
        out = nn.Linear(64, self.num_classes)
        return out(hidden(x.flatten(1)).relu())
