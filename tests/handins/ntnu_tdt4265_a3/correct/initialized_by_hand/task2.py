class ExampleModel(nn.Module):
    def __init__(self, image_channels, num_classes):
        super().__init__()
        self.num_classes = num_classes
        self.num_output_features = 2048
        self.model = nn.Sequential(
            nn.ZeroPad2d(2), nn.Conv2d(image_channels, 32, 5), nn.MaxPool2d(2), nn.ReLU(),
            nn.ZeroPad2d(2), nn.Conv2d(32, 64, 5), nn.MaxPool2d(2), nn.ReLU(),
            nn.ZeroPad2d(2), nn.Conv2d(64, 128, 5), nn.MaxPool2d(2), nn.ReLU(),
            nn.Flatten(), nn.Linear(self.num_output_features, 64), nn.ReLU(), nn.Linear(64, num_classes),
        )
        self.apply(self.init_weights)
        print("parameters:", sum(p.numel() for p in self.parameters()))

    def init_weights(self, layer):
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            layer.bias.data.fill_(0.01)

    def forward(self, x):
        out = self.model(x)
        expected_shape = (x.shape[0], self.num_classes)
        assert out.shape == expected_shape, f"{out.shape} is not {expected_shape}"
        return out
