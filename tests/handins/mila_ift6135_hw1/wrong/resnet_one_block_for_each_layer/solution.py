def _create_layer(self, channels, stride):
    layer = nn.Sequential(ResidualBlock(self.in_channels, channels, stride, self.activation_str))
    self.in_channels = channels
    return layer


ResNet18._create_layer = _create_layer
