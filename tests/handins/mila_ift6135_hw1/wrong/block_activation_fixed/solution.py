def activation(self, x):
    return F.relu(x)


ResidualBlock.activation = activation
