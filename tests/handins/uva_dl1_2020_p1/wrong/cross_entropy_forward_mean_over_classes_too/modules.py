def _forward(self, x, y):
    return -np.mean(y * np.log(x))


CrossEntropyModule.forward = _forward
