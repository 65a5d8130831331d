def _data():
    data = cifar10_utils.get_cifar10(FLAGS.data_dir)
    hidden = [int(units) for units in FLAGS.dnn_hidden_units.split(",") if units]
    return data["train"], data["test"], MLP(3 * 32 * 32, hidden, 10), CrossEntropyModule()


def _step(net, x, y, rate):
    criterion = CrossEntropyModule()
    out = net.forward(x.reshape(len(x), -1))
    criterion.forward(out, y)
    net.backward(criterion.backward(out, y))
    for layer in net.layers:
        for name in getattr(layer, "params", {}):
            layer.params[name] -= rate * layer.grads[name]


def train():
    np.random.seed(42)
    train_set, test_set, net, _ = _data()
    for step in range(FLAGS.max_steps):
        _, y = train_set.next_batch(FLAGS.batch_size)
        x, _ = train_set.next_batch(FLAGS.batch_size)
        _step(net, x, y, FLAGS.learning_rate)
