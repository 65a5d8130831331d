def _forward(self, x):
    self.x = x
    return np.maximum(x, 0)


ELUModule.forward = _forward
