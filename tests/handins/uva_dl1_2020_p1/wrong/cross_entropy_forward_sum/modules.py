def _forward(self, x, y):
    return -np.sum(y * np.log(x))


CrossEntropyModule.forward = _forward
