def train():
    torch.manual_seed(42)
    np.random.seed(42)
    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    model = MLP(3 * 32 * 32, [100], 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    test = torch.tensor(data["test"].images).flatten(1)
    for step in range(FLAGS.max_steps):
        model.train()
        x, y = data["train"].next_batch(FLAGS.batch_size)
        loss = nn.CrossEntropyLoss()(model(torch.tensor(x).flatten(1)), torch.tensor(y).argmax(1))
        loss.backward()
        optimizer.step()
        if step % FLAGS.eval_freq == 0:
            print((model(test).argmax(1) == torch.tensor(data["test"].labels).argmax(1)).float().mean())
