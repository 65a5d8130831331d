def _forward(self, x):
    self.x = x
    return np.where(x >= 0, x, np.exp(np.minimum(x, 0)))


ELUModule.forward = _forward
