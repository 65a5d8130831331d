def _backward(self, dout):
    for layer in reversed(self.layers[:-1]):
        dout = layer.backward(dout)


MLP.backward = _backward
