def _forward(self, x):
    self.x = x
    return (x >= 0) * x + (x < 0) * (np.exp(x) - 1)


ELUModule.forward = _forward
