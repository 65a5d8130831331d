def _backward(self, dout):
    for layer in reversed(self.layers):
        if not isinstance(layer, ELUModule):
            dout = layer.backward(dout)


MLP.backward = _backward
