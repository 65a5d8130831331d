def _backward(self, dout):
    for layer in self.layers[:0:-1]:
        dout = layer.backward(dout)


MLP.backward = _backward
