def load(name):
    import pickle

    with open(os.path.join(FLAGS.data_dir, name), "rb") as file:
        batch = pickle.load(file, encoding="bytes")
    return batch[b"data"].astype(np.float32), np.eye(10)[batch[b"labels"]]


def train():
    np.random.seed(42)
    x, y = load("data_batch_1")
    net, criterion = MLP(3 * 32 * 32, [100], 10), CrossEntropyModule()
    for step in range(FLAGS.max_steps):
        rows = np.random.choice(len(x), FLAGS.batch_size)
        out = net.forward(x[rows])
        net.backward(criterion.backward(out, y[rows]))
        for layer in net.layers:
            for name in getattr(layer, "params", ()):
                layer.params[name] -= FLAGS.learning_rate * layer.grads[name]
