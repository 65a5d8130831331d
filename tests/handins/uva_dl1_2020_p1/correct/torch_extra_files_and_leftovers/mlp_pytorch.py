import torch

print("cuda:", torch.cuda.is_available())
net = MLP(3072, [100], 10)
optimizer = torch.optim.SGD(net.parameters(), lr=1e-3)
x, t = torch.randn(20, 3072), torch.randint(10, (20,))
for step in range(5):
    optimizer.zero_grad()
    loss = nn.CrossEntropyLoss()(net(x), t)
    loss.backward()
    optimizer.step()
    print(step, loss.item())
np.save("losses.npy", loss.item())
