def _backward(self, x, y):
    return -y / x


CrossEntropyModule.backward = _backward
