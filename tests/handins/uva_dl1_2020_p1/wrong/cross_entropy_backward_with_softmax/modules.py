def _backward(self, x, y):
    return (x - y) / x.shape[0]


CrossEntropyModule.backward = _backward
