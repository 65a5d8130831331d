def _forward(self, x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    self.out = e / np.sum(e)
    return self.out


SoftMaxModule.forward = _forward
