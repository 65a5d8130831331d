class Affine:
    def forward(self, x, w, b):
        self.x, self.w = x, w
        return x.reshape(x.shape[0], -1) @ w + b

    def backward(self, dout):
        flat = self.x.reshape(self.x.shape[0], -1)
        return (dout @ self.w.T).reshape(self.x.shape), flat.T @ dout, dout.sum(axis=0)


class Relu:
    def forward(self, x):
        self.on = x > 0
        return (np.abs(x) + x) / 2

    def backward(self, dout):
        return dout * self.on


def _make(kind, *args):
    layer = kind()
    return layer.forward(*args), layer


affine_forward = lambda x, w, b: _make(Affine, x, w, b)
affine_backward = lambda dout, cache: cache.backward(dout)
relu_forward = lambda x: _make(Relu, x)


def relu_backward(dout, cache):
    return cache.backward(dout)
