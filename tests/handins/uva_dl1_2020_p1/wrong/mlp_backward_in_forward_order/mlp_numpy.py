def _backward(self, dout):
    for layer in self.layers:
        dout = layer.backward(dout)


MLP.backward = _backward
