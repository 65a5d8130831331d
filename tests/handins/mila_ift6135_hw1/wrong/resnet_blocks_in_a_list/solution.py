def _create_layer(self, channels, stride):
    layer = [
        ResidualBlock(self.in_channels, channels, stride, self.activation_str),
        ResidualBlock(channels, channels, 1, self.activation_str),
    ]
    self.in_channels = channels
    return layer


def forward(self, x):
    x = self.bn1(self.conv1(x))
    x = F.relu(x) if self.activation_str == "relu" else torch.tanh(x)
    for block in self.layer1 + self.layer2 + self.layer3 + self.layer4:
        x = block(x)
    return self.fc(torch.flatten(self.pool(x), 1))


ResNet18._create_layer, ResNet18.forward = _create_layer, forward
