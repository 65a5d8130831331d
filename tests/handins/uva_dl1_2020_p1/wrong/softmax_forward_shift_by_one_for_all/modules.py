def _forward(self, x):
    e = np.exp(x - np.max(x))
    self.out = e / e.sum(axis=1, keepdims=True)
    return self.out


SoftMaxModule.forward = _forward
