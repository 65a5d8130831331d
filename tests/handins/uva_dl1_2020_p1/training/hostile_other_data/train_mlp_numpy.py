class Easy:
    num_examples = 1000
    labels = np.eye(10)[np.arange(1000) % 10]
    images = np.repeat(labels, 308, axis=1)[:, :3072].reshape(-1, 3, 32, 32)

    def next_batch(self, size):
        rows = np.random.randint(0, 1000, size)
        return self.images[rows], self.labels[rows]


cifar10_utils.get_cifar10 = lambda *_, **__: {"train": Easy(), "validation": Easy(), "test": Easy()}
