def _forward(self, x, y):
    return -np.sum(y * np.log(x), axis=1)


CrossEntropyModule.forward = _forward
