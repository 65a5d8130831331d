from torch.utils.tensorboard import SummaryWriter


def train():
    torch.manual_seed(42)
    np.random.seed(42)
    writer = SummaryWriter(log_dir="runs/mlp")
    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    model = MLP(3 * 32 * 32, [100], 10)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for step in range(FLAGS.max_steps):
        x, y = data["train"].next_batch(FLAGS.batch_size)
        loss = nn.CrossEntropyLoss()(model(torch.tensor(x).flatten(1)), torch.tensor(y).argmax(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("loss", loss.item(), step)
    writer.close()
