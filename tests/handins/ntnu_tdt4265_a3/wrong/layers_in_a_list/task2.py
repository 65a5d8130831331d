class ExampleModel(nn.Module):
    def __init__(self, image_channels, num_classes):
        super().__init__()
        sizes = (image_channels, 32, 64, 128)
        self.convolutions = [
            nn.Conv2d(inputs, outputs, 5, padding=2) for inputs, outputs in zip(sizes, sizes[1:])
        ]
        self.hidden = nn.Linear(2048, 64)
        self.out = nn.Linear(64, num_classes)

    def forward(self, x):
        for convolution in self.convolutions:
            x = nn.functional.max_pool2d(convolution(x).relu(), 2)
        return self.out(self.hidden(x.flatten(1)).relu())
