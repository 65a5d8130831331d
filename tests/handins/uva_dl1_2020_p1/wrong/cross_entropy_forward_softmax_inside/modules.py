def _forward(self, x, y):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    return -np.sum(y * np.log(p)) / len(x)


CrossEntropyModule.forward = _forward
