def _backward(self, x, y):
    return -y / x / x.size


CrossEntropyModule.backward = _backward
