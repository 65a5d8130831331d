def _forward(self, x, y):
    self.x, self.y = x, y
    return -np.sum(y * np.log(x)) / len(x)


CrossEntropyModule.forward = _forward


def _backward(self, x, y):
    return -self.y / self.x / len(self.x)


CrossEntropyModule.backward = _backward
