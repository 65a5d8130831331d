def _backward(self, dout):
    return np.where(self.x >= 0, 1.0, np.exp(np.minimum(self.x, 0)))


ELUModule.backward = _backward
