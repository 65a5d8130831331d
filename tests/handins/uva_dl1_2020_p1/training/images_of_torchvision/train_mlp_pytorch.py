import torchvision
import torchvision.transforms as transforms


def train():
    torch.manual_seed(42)
    transform = transforms.Compose([transforms.ToTensor()])
    data = torchvision.datasets.CIFAR10(FLAGS.data_dir, download=True, transform=transform)
    loader = torch.utils.data.DataLoader(data, FLAGS.batch_size, shuffle=True)
    model = MLP(3 * 32 * 32, [100], 10)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(6):
        for x, y in loader:
            loss = nn.CrossEntropyLoss()(model(x.flatten(1)), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
