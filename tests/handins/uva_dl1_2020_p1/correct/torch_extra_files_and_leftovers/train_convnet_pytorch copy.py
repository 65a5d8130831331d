from convnet_pytorch import ConvNet
print(ConvNet(3, 10)
