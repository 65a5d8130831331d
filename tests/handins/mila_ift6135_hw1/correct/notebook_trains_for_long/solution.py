model = ResNet18()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
images, labels = torch.randn(256, 3, 32, 32), torch.randint(10, (256,))
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=64)
for epoch in range(1000000):
    scores = images.flatten(1) @ torch.randn(3 * 32 * 32, 10)
    print("Epoch", epoch, nn.CrossEntropyLoss()(scores, labels))

net = NN()
net.initialize_weights()
for step in range(100000):
    x, y = np.random.randn(64, 784), np.eye(10)[np.random.randint(10, size=64)]
    net.update(net.backward(net.forward(x), y))
best = min(history, key=lambda h: h["loss"])
