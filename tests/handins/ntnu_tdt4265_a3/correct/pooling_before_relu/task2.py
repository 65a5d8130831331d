class ExampleModel(nn.Module):
    def __init__(self, image_channels, num_classes):
        super().__init__()
        layers = []
        for n_in, n_out in ((image_channels, 32), (32, 64), (64, 128)):
            layers += [nn.Conv2d(n_in, n_out, 5, 1, 2), nn.MaxPool2d(2, 2), nn.ReLU(inplace=True)]
        self.net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 64), nn.ReLU(), nn.Linear(64, num_classes))

    def forward(self, x):
        return self.net(x)
