def _forward(self, x):
    self.x = x
    return np.where(x >= 0, x, 0.02 * x)


ELUModule.forward = _forward
