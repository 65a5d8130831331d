def _forward(self, x, y):
    return -np.sum(y * np.log(x) + (1 - y) * np.log(1 - x)) / len(x)


CrossEntropyModule.forward = _forward
