def _create_layer(self, channels, stride):
    block = ResidualBlock(self.in_channels, channels, stride, self.activation_str)
    if self.in_channels == channels:
        return nn.Sequential(*[block] * 2)
    self.in_channels = channels
    return nn.Sequential(block, ResidualBlock(channels, channels, 1, self.activation_str))


ResNet18._create_layer = _create_layer
