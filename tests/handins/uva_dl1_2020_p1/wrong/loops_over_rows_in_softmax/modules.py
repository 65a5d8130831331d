def _forward(self, x):
    self.out = np.array([np.exp(row - max(row)) / np.sum(np.exp(row - max(row))) for row in x])
    return self.out


SoftMaxModule.forward = _forward


def _backward(self, dout):
    return np.array([(np.diag(y) - np.outer(y, y)) @ d for y, d in zip(self.out, dout)])


SoftMaxModule.backward = _backward
