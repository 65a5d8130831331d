def make_sequential_convnet():
    return nn.Sequential(ThreeLayerConvNet(3, 32, 16, 6))
